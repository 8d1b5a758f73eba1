"""The owner of an exhibit changes its handling code or opens it: who may, what holds at once, and where the
reason stands."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.operation import Side, TestOperation
from workspace.commands.access import ask_access
from workspace.commands.exhibits import change_handling, open_exhibit
from workspace.commands.intake import receive_exhibit
from workspace.commands.shown import view_face, view_media_item
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, NotFresh
from workspace.model import AccessGrant, Event, Exhibit, ExhibitChange, Lead, LeadEvidence, MediaView
from workspace.model.database import Database
from workspace.queries.board import board_changes, lead_card
from workspace.queries.exhibits import exhibit_page
from workspace.queries.lead_page import lead_page
from workspace.queries.record import record_page


def exhibit_of(operation: TestOperation, lead: UUID, side: int = 1) -> UUID:
    with operation.workers.read(operation.service_id) as view:
        found = view.session.query(LeadEvidence.exhibit_id).filter_by(lead_id=lead, side=side).scalar()
        assert found is not None
        return found


def change(database: Database, person: int, exhibit: UUID, code: str, reason: str = "the court decided") -> None:
    with database.write(person) as tx:
        change_handling(tx, exhibit, handling_code=code, reason=reason)


def test_a_stricter_code_holds_at_once_with_its_reason_in_a_row_and_its_id_in_the_event(
    operation: TestOperation, database: Database
) -> None:
    lead, owner = operation.lead("EC", "PE"), operation.person("EC", "analyst")
    exhibit = exhibit_of(operation, lead)

    change(database, owner, exhibit, "H2", " the court decided ")

    with operation.workers.read(operation.service_id) as view:
        events = view.session.query(Event).filter(Event.kind.like("%handling_changed"), Event.actor_id == owner).all()
        by_kind = {event.kind: event for event in events}
        why = view.session.query(ExhibitChange).filter_by(exhibit_id=exhibit).one()
        assert operation.row(Exhibit, exhibit).handling_code == "H2"
        assert by_kind["exhibit:handling_changed"].payload == {
            "exhibit": str(exhibit),
            "before": "H0",
            "after": "H2",
            "why": str(why.id),
        }
        assert by_kind["lead:handling_changed"].lead_id == lead
        assert (why.reason, why.before, why.after, why.decided_by) == ("the court decided", "H0", "H2", owner)
    with database.read(operation.person("PE")) as view:
        assert lead_card(view.session, lead).card.handling == "H2"
        told = {line.kind: line.reason for line in record_page(view.session, operation.id)}
        assert told["exhibit:handling_changed"] == "the court decided"
        assert exhibit_page(view.session, exhibit).changes[0].reason == "the court decided"


def test_only_the_owning_agency_changes_it_and_who_may_receive_its_exhibits(
    operation: TestOperation, database: Database
) -> None:
    exhibit = exhibit_of(operation, operation.lead("EC", "PE"))
    closed = exhibit_of(operation, operation.lead(Side("EC", "agency"), "PE"))

    for person in (operation.person("PE", "country_lead"), operation.person("EC", "liaison")):
        with pytest.raises(Forbidden):
            change(database, person, exhibit, "H2")
    with pytest.raises(NotFound):
        change(database, operation.person("PE", "country_lead"), closed, "H2")
    assert operation.row(Exhibit, exhibit).handling_code == "H0"


@pytest.mark.parametrize(
    ("code", "reason", "refusal"), [("H2", " ", Invalid), ("H9", "why", Invalid), ("H0", "why", Conflict)]
)
def test_a_change_that_says_nothing_changes_nothing(
    operation: TestOperation, database: Database, code: str, reason: str, refusal: type[Exception]
) -> None:
    exhibit = exhibit_of(operation, operation.lead("EC", "PE"))

    with pytest.raises(refusal):
        change(database, operation.person("EC"), exhibit, code, reason)

    assert operation.row(Exhibit, exhibit).handling_code == "H0"
    assert operation.kinds() == []


def test_lowering_asks_for_the_passkey_and_raising_does_not(operation: TestOperation, database: Database) -> None:
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    exhibit, me = exhibit_of(operation, operation.lead("EC", "PE")), operation.person("EC", "country_lead")

    with database.write(me, standing="stale") as tx:
        change_handling(tx, exhibit, handling_code="H3", reason="a victim asked")
    with pytest.raises(NotFresh), database.write(me, standing="stale") as tx:
        change_handling(tx, exhibit, handling_code="H1", reason="the court decided")
    with pytest.raises(Forbidden), database.write(me, standing="token") as tx:
        change_handling(tx, exhibit, handling_code="H1", reason="the court decided")
    assert operation.row(Exhibit, exhibit).handling_code == "H3"

    with database.write(me, standing="fresh") as tx:
        change_handling(tx, exhibit, handling_code="H1", reason="the court decided")
    assert operation.row(Exhibit, exhibit).handling_code == "H1"


def test_a_closed_exhibits_change_is_told_to_nobody_else(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), "PE")
    exhibit = exhibit_of(operation, lead)

    change(database, operation.person("EC"), exhibit, "H3")

    for country, seen in (("EC", True), ("PE", False)):
        with database.read(operation.person(country)) as view:
            kinds = [line.kind for line in record_page(view.session, operation.id)]
            assert ("exhibit:handling_changed" in kinds) is seen
            assert view.session.query(ExhibitChange).count() == int(seen)
            assert (lead_card(view.session, lead).card.handling == "H3") is seen


# --- Who has looked ---------------------------------------------------------------------------------------------------


def test_the_owner_reads_who_looked_how_often_and_at_how_many_files_and_others_read_of_themselves(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead("EC", "PE")
    exhibit = exhibit_of(operation, lead)
    with operation.workers.read(operation.service_id) as view:
        side = view.session.query(LeadEvidence).filter_by(lead_id=lead, side=1).one()
        face, medium = side.face_id, side.media_item_id
    assert face is not None
    assert medium is not None
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256) "
        "select operation_id, compartment_id, :exhibit, id, 'a.jpg', 1, sha256 from media_item where id = :medium",
        exhibit=exhibit,
        medium=medium,
    )
    other, third = operation.person("PE", "liaison"), operation.person("CL")
    for person, look, subject in ((other, view_face, face), (other, view_media_item, medium), (third, view_face, face)):
        with database.write(person) as tx:
            look(tx, subject)

    def looks(person: int) -> dict[str, tuple[str, str | None, int, int]]:
        with database.read(person) as view:
            page = exhibit_page(view.session, exhibit)
            return {each.name: (each.country, each.role, each.times, each.pictures) for each in page.looks}

    theirs = {"PE · liaison 1": ("PE", "liaison", 2, 1)}
    assert looks(operation.person("EC", "analyst")) == theirs | {"CL · specialist 1": ("CL", "specialist", 1, 1)}
    assert looks(other) == theirs
    assert looks(operation.person("PE", "analyst")) == {}
    with database.read(operation.person("EC", "observer")) as view:
        assert view.session.query(MediaView).count() == 0
        assert sum(line.kind == "media:viewed" for line in record_page(view.session, operation.id)) == 3


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_an_opened_exhibit_and_its_leads_are_seen_by_all_at_once_and_the_record_says_why(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), "PE")
    exhibit, lock = exhibit_of(operation, lead), operation.compartment("EC", "agency")
    other, owner = operation.person("CL"), operation.person("EC", "country_lead")
    asked = operation.person("PE")
    with database.write(asked) as tx:
        (grant,) = ask_access(tx, lead, reason="the same room")
    with database.read(other) as view:
        before = board_changes(view.session, operation.id, after=0).keys
        with pytest.raises(NotFound):
            exhibit_page(view.session, exhibit)

    with database.write(owner) as tx:
        open_exhibit(tx, exhibit, reason="the court opened the case")

    with database.read(other) as view:
        assert exhibit_page(view.session, exhibit).changes[0].after == "operation"
        assert {side.hidden for side in lead_page(view.session, lead, view.me).sides} == {False}
        assert board_changes(view.session, operation.id, after=0).keys != before
        told = {line.kind: line.reason for line in record_page(view.session, operation.id)}
    assert told["exhibit:opened"] == "the court opened the case"
    assert "lead:unlocked" in told
    assert operation.row(AccessGrant, grant).granted is True
    with database.write(operation.person("EC", "analyst")) as tx:
        later = receive_exhibit(
            tx, operation.id, country="EC", label="later", kind="phone", case_reference="c", custodian="o"
        )
    assert operation.row(Exhibit, later).compartment_id != lock  # what is shared from the beginning stays apart


def test_what_a_closed_side_withheld_is_told_once_it_is_open(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), "PE")
    operation.change(
        "update media_item m set captured_at = case e.side when 1 then '2019-05-01T10:00:00' else "
        "'2024-05-01T10:00:00' end "
        "from lead_evidence e where e.media_item_id = m.id and e.lead_id = :lead",
        lead=lead,
    )

    with database.write(operation.person("EC", "country_lead")) as tx:
        open_exhibit(tx, exhibit_of(operation, lead), reason="the court opened the case")

    assert operation.row(Lead, lead).age_gap_years == 5


def test_an_exhibit_is_opened_once_by_its_own_country_lead_with_a_reason_and_a_passkey(
    operation: TestOperation, database: Database
) -> None:
    closed, shared = (exhibit_of(operation, operation.lead(Side("EC", how), "PE")) for how in ("agency", "operation"))
    lead = operation.person("EC", "country_lead")

    for person, exhibit, refusal in (
        (operation.person("EC", "analyst"), closed, Forbidden),
        (operation.person("PE", "country_lead"), closed, NotFound),
        (operation.person("PE", "country_lead"), shared, Forbidden),
        (lead, shared, Conflict),
    ):
        with pytest.raises(refusal), database.write(person) as tx:
            open_exhibit(tx, exhibit, reason="why")
    with pytest.raises(Invalid), database.write(lead) as tx:
        open_exhibit(tx, closed, reason=" ")
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    for standing, why_not in (("stale", NotFresh), ("token", Forbidden)):
        with pytest.raises(why_not), database.write(lead, standing=standing) as tx:  # type: ignore[arg-type]
            open_exhibit(tx, closed, reason="why")
    assert "exhibit:opened" not in operation.kinds()


def test_the_compartment_that_an_agency_shares_can_never_be_closed(operation: TestOperation) -> None:
    with pytest.raises(IntegrityError):
        operation.change("update compartment set sharing = 'agency' where id = :lock", lock=operation.compartment("EC"))
