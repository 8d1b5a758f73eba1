"""An exhibit that all countries saw is closed: nobody else sees it by any way, and what stays shared stays whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.support.closing import many_files
from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.access import answer_access, ask_access
from workspace.commands.closing import begin_closing, fail_closing, follow_closing, move_part
from workspace.commands.discussion import annotate_lead, comment_on_lead
from workspace.commands.exhibits import close_exhibit, open_exhibit
from workspace.commands.shown import view_face
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from workspace.exchange.verify_record import verify_record
from workspace.model import (
    AccessGrant,
    Annotation,
    Assessment,
    Comment,
    Compartment,
    Exhibit,
    ExhibitChange,
    Face,
    Job,
    JurisdictionClaim,
    Lead,
    LeadEvidence,
    MediaItem,
    Person,
    ReceivedFile,
    Referral,
)
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.exhibits import exhibit_page
from workspace.queries.find_words import find_words
from workspace.queries.lead_page import lead_page
from workspace.queries.packages import package_material
from workspace.queries.record import record_page, whole_record

FOLLOWS = {
    "annotation", "assessment", "comment", "comment_version", "mention", "thread_act", "face_act",
    "corroboration", "event", "exhibit", "exhibit_change", "face",
    "jurisdiction_claim", "lead", "lead_evidence", "lead_reason", "lead_told", "ledger_entry", "media_item", "clue",
    "clue_act", "clue_card", "clue_medium", "media_mark", "media_grade", "grade_standing",
    "proposal", "outside_result", "media_view", "near_copy", "outcome", "person",
    "person_act", "person_word", "series_placement", "medium_placement", "series_refusal", "presence", "received_file",
    "referral", "picture_text", "release_permission", "text_reading", "media_sweep", "track", "film_strip",
    "video_frame", "picture_part",
    "video_copy", "video_range", "video_still", "picture_tiles",
}  # fmt: skip
"""What hangs on an exhibit or on its leads: close_exhibit moves it (migrations, closed_exhibits)."""
STAYS = {
    "access_grant",
    "compartment_with_agency",
    "entry_end",
    "known_list",
    "known_table",
    "known_category",
    "material_count",
    "register",
    "register_entry",
    "series",
    "series_act",
    "series_column",
    "series_join",
    "series_word",
}
"""A grant is of a closed compartment, a register, a list and a series are no exhibit's; of counts a part is added that
takes them away."""


class Sides:
    """The rows on one side of a lead."""

    def __init__(self, operation: TestOperation, lead: UUID, side: int = 1) -> None:
        self.lead = lead
        with operation.workers.read(operation.service_id) as view:
            row = view.session.query(LeadEvidence).filter_by(lead_id=lead, side=side).one()
            assert row.exhibit_id
            assert row.media_item_id
            assert row.face_id
            assert row.person_id
            self.exhibit, self.medium = row.exhibit_id, row.media_item_id
            self.face, self.person, self.lock = row.face_id, row.person_id, row.compartment_id


def came(operation: TestOperation, side: Sides, exhibit: UUID | None = None) -> Sides:
    """Let the side's medium have come with its exhibit, or with another one."""
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256) "
        "select operation_id, compartment_id, :exhibit, id, :path, 1, sha256 from media_item where id = :medium",
        exhibit=exhibit or side.exhibit,
        medium=side.medium,
        path=f"{uuid4()}.jpg",
    )
    return side


def a_side(operation: TestOperation) -> Sides:
    return came(operation, Sides(operation, operation.lead("EC", "PE")))


@pytest.fixture(autouse=True, params=["in one write", "by parts"])
def way(request: pytest.FixtureRequest, operation: TestOperation) -> str:
    """Every promise holds for few files and for many."""
    operation.closes_by_parts = request.param == "by parts"  # type: ignore[attr-defined]
    return str(request.param)


def ask_closing(operation: TestOperation, database: Database, exhibit: UUID) -> UUID:
    with database.write(operation.person("EC", "country_lead")) as tx:
        close_exhibit(tx, exhibit, ground="court", reason="the court ordered it")
    with operation.workers.read(operation.service_id) as view:
        asked = view.session.query(ExhibitChange).filter_by(exhibit_id=exhibit, ground="court")
        return asked.order_by(ExhibitChange.decided_at.desc()).all()[0].id


def close(operation: TestOperation, database: Database, exhibit: UUID) -> None:
    change = ask_closing(operation, database, exhibit)
    if getattr(operation, "closes_by_parts", False):
        many_files(operation, exhibit)
        with operation.workers.write(operation.service_id) as tx:
            has_more = begin_closing(tx, change)
        while has_more:
            with operation.workers.write(operation.service_id) as tx:
                has_more = move_part(tx, change)
    with operation.workers.write(operation.service_id) as tx:
        follow_closing(tx, change)


@contextmanager
def rows(operation: TestOperation) -> Iterator[Session]:
    with operation.workers.read(operation.service_id) as view:
        yield view.session


def test_what_another_country_saw_is_gone_from_board_page_search_record_and_api_and_the_lead_shows_a_closed_side(
    operation: TestOperation, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    side = a_side(operation)
    owner, other, third = operation.person("EC"), operation.person("PE"), operation.person("CL")
    with database.write(owner) as tx:
        comment_on_lead(tx, side.lead, body="the scar of our side", language="en")
        annotate_lead(tx, side.lead, face_id=side.face, box=None, note="a scar")
    with database.write(other) as tx:
        view_face(tx, side.face)
    label = operation.row(Exhibit, side.exhibit).label
    browser, api = signed_in(other), f"/api/v1/leads/{side.lead}"
    pictures = (
        f"/media/faces/{side.face}/veiled",
        f"/media/items/{side.medium}/veiled",
        f"/api/v1/exhibits/{side.exhibit}",
    )
    ours, asked = (signed_in(person).get(f"/api/v1/exhibits/{side.exhibit}").json for person in (owner, other))
    assert (ours["is_own"], asked["is_own"]) == (True, False)
    assert [each["hidden"] for each in browser.get(api).json["sides"]] == [False, False]

    def seen(person: int) -> tuple[object, ...]:
        with database.read(person) as view:
            cards = board_changes(view.session, operation.id).cards
            return (
                [each.country for card in cards for each in card.sides],
                [hit.label for hit in find_words(view.session, operation.id, label).hits],
                [hit.kind for hit in find_words(view.session, operation.id, "scar of our").hits],
                view.session.query(Face).filter_by(id=side.face).count(),
                view.session.query(Person).filter_by(id=side.person).count(),
                view.session.query(Annotation).count(),
                {"media:viewed", "annotation:added"} & {line.kind for line in record_page(view.session, operation.id)},
            )

    before = seen(third)
    assert before[1:6] == ([label], ["comment"], 1, 1, 1)
    with database.read(other) as view:
        keys = board_changes(view.session, operation.id).keys

    close(operation, database, side.exhibit)

    assert seen(third) == seen(other) == ([None, "PE"], [], [], 0, 0, 0, set())
    assert [each["hidden"] for each in browser.get(api).json["sides"]] == [True, False]
    assert {browser.get(path).status_code for path in pictures} == {404}
    with database.read(other) as view:
        page = lead_page(view.session, side.lead, view.me)
        assert page.permissions["ask_access"] is True
        assert board_changes(view.session, operation.id).keys != keys
    assert seen(owner) == (*before[:6], {"media:viewed", "annotation:added"})
    with database.read(owner) as view:
        mine = exhibit_page(view.session, side.exhibit)
        assert (mine.sharing, mine.is_closing, mine.changes[0].ground) == ("agency", False, "court")
        assert [(each.country, each.times) for each in mine.looks] == [("PE", 1)]  # the owner sees who has looked
        told = {line.kind: line.reason for line in record_page(view.session, operation.id)}
    assert told["exhibit:closing"] == "the court ordered it"
    assert {"exhibit:closed", "lead:locked"} <= set(told)


def test_a_medium_that_also_came_with_a_shared_exhibit_stays_shared_and_its_lead_names_that_exhibit(
    operation: TestOperation, database: Database
) -> None:
    side, stays = a_side(operation), a_side(operation)
    came(operation, side, stays.exhibit)

    close(operation, database, side.exhibit)

    with rows(operation) as session:
        lead = session.query(LeadEvidence).filter_by(lead_id=side.lead, side=1).one()
        assert (lead.compartment_id, lead.exhibit_id, lead.face_id) == (side.lock, stays.exhibit, side.face)
        medium = session.get_one(MediaItem, side.medium)
        own = session.query(ReceivedFile).filter_by(exhibit_id=side.exhibit, refusal=None).one()
        copy = session.get_one(MediaItem, own.media_item_id)
        assert medium.compartment_id == side.lock
        assert (copy.sha256, copy.state, copy.address) == (medium.sha256, "waiting", medium.address)
        assert copy.compartment_id == own.compartment_id != side.lock
        assert session.query(Job).filter_by(kind="read_media", subject_id=copy.id).count() == 1
    with database.read(operation.person("PE")) as view:
        assert {each.hidden for each in lead_page(view.session, side.lead, view.me).sides} == {False}
        assert view.session.query(ReceivedFile).filter_by(exhibit_id=side.exhibit).count() == 0


def test_what_is_closed_leaves_on_no_paper_that_was_not_approved_and_its_opinions_are_for_who_sees_both_sides(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    lead = steps.verified()
    side = came(operation, Sides(operation, lead))
    steps.key("CL")
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL", by="PE")

    def told() -> tuple[int, int, set[str]]:
        with operation.workers.read(operation.service_id) as view:
            material = package_material(view.session, draft)
        assert material is not None
        with database.read(operation.person("CL")) as view:
            opinions = view.session.query(Assessment).filter_by(lead_id=lead).count()
        return len(material.pictures), opinions, {each.exhibit_country for each in material.facts.sources}

    before = told()
    assert (before[1], before[2]) == (2, {"EC", "PE"})

    close(operation, database, side.exhibit)

    assert told() == (before[0] // 2, 0, {"PE"})
    with rows(operation) as session:
        locks = session.get_one(Lead, lead).locks
        assert side.lock not in locks
        for table in (Assessment, JurisdictionClaim, Referral):
            assert {tuple(row.locks) for row in session.query(table).filter_by(lead_id=lead)} == {tuple(locks)}


def test_files_that_match_are_a_pair_of_exhibits_and_close_with_theirs(
    operation: TestOperation, database: Database
) -> None:
    side, stays = came(operation, Sides(operation, operation.lead("EC", "PE", kind="same_file"))), a_side(operation)
    came(operation, side, stays.exhibit)

    close(operation, database, side.exhibit)

    with database.read(operation.person("PE")) as view:
        assert [each.hidden for each in lead_page(view.session, side.lead, view.me).sides] == [True, False]
        assert view.session.query(MediaItem).filter_by(id=side.medium).count() == 1
    with rows(operation) as session:
        assert session.query(Job).filter_by(kind="match_media", subject_id=side.medium).count() == 1


@pytest.mark.parametrize("stage", ["verified", "rejected"])
def test_a_person_of_whom_faces_stay_becomes_two_and_each_lead_follows_the_face_that_it_compares(
    operation: TestOperation, database: Database, stage: str
) -> None:
    moves, stays = a_side(operation), a_side(operation)
    for table, column in (("face", "person_id"), ("lead_evidence", "person_id")):
        operation.change(
            f"update {table} set {column} = :one where {column} = :other", one=stays.person, other=moves.person
        )
    operation.change("update lead set stage = :stage where id = :lead", stage=stage, lead=moves.lead)
    for number, (country, lead) in enumerate((("EC", stays.lead), ("PE", moves.lead)), start=1):
        operation.change(
            "with entry as (insert into ledger_entry (operation_id, number, kind, locks, agency_id, of_lead) "
            "select operation_id, :number, 'victim', locks, :agency, id from lead where id = :lead returning *) "
            "insert into outcome (operation_id, ledger_id, lead_id, locks, stage, stated_by_agency_id, "
            "authority_reference, "
            "stated_on, recorded_by) select operation_id, id, of_lead, locks, 'V3', agency_id, 'ref', now(), :person "
            "from entry",
            number=number,
            agency=operation.agencies[country],
            lead=lead,
            person=operation.person(country),
        )

    def victims() -> int:
        with rows(operation) as session:
            return session.execute(
                text("select count(*) from probable_victims(:op)"), {"op": operation.id}
            ).scalar_one()

    assert victims() == 1
    key = bytes(operation.row(Lead, moves.lead).pair_key)

    close(operation, database, moves.exhibit)

    with rows(operation) as session:
        gone = session.query(LeadEvidence).filter_by(lead_id=moves.lead, side=1).one()
        kept = session.query(LeadEvidence).filter_by(lead_id=stays.lead, side=1).one()
        assert gone.person_id is not None
        assert (kept.person_id, kept.compartment_id) == (stays.person, stays.lock)
        assert gone.person_id != stays.person
        parted = [session.get_one(Person, each) for each in (gone.person_id, stays.person)]
        assert [each.face_count for each in parted] == [1, 1]
        assert parted[0].compartment_id == gone.compartment_id != stays.lock
        assert session.query(Job).filter_by(kind="match_person", subject_id=stays.person).count() == 1
        # What was rejected is not proposed again of what stays open.
        assert (bytes(session.get_one(Lead, moves.lead).pair_key) == key) is (stage == "rejected")
    assert victims() == 1  # what was stated of one child stays stated of one


def test_an_opened_exhibit_is_closed_again_in_its_own_lock_and_what_was_granted_ends(
    operation: TestOperation, database: Database
) -> None:
    side, owner = a_side(operation), operation.person("EC", "country_lead")
    close(operation, database, side.exhibit)
    lock = operation.row(Exhibit, side.exhibit).compartment_id
    with database.write(operation.person("PE")) as tx:
        (grant,) = ask_access(tx, side.lead, reason="the same room")
    with database.write(owner) as tx:
        answer_access(tx, grant, granted=True, scope="exhibit")
    with database.write(owner) as tx:
        open_exhibit(tx, side.exhibit, reason="the court allowed it")
    with database.read(operation.person("CL")) as view:
        assert exhibit_page(view.session, side.exhibit).sharing == "operation"

    close(operation, database, side.exhibit)

    assert operation.row(Exhibit, side.exhibit).compartment_id == lock
    assert operation.row(AccessGrant, grant).ended_at is not None
    for country in ("PE", "CL"):
        with database.read(operation.person(country)) as view, pytest.raises(NotFound):
            exhibit_page(view.session, side.exhibit)


def test_an_exhibit_is_closed_once_by_its_own_country_lead_on_a_ground_with_a_reason(
    operation: TestOperation, database: Database
) -> None:
    side, owner = a_side(operation), operation.person("EC", "country_lead")
    for person, ground, reason, refusal in (
        (operation.person("EC", "analyst"), "court", "why", Forbidden),
        (operation.person("PE", "country_lead"), "court", "why", Forbidden),
        (owner, "because", "why", Invalid),
        (owner, "court", " ", Invalid),
    ):
        with pytest.raises(refusal), database.write(person) as tx:
            close_exhibit(tx, side.exhibit, ground=ground, reason=reason)
    assert operation.kinds() == []
    change = ask_closing(operation, database, side.exhibit)
    with database.read(operation.person("PE")) as view:
        assert exhibit_page(view.session, side.exhibit).is_closing
    with pytest.raises(Conflict), database.write(owner) as tx:
        close_exhibit(tx, side.exhibit, ground="court", reason="again")
    for _ in range(2):  # the job is safe to run twice
        with operation.workers.write(operation.service_id) as tx:
            follow_closing(tx, change)
    with pytest.raises(Conflict), database.write(owner) as tx:
        close_exhibit(tx, side.exhibit, ground="court", reason="again")
    assert operation.kinds().count("exhibit:closed") == 1
    with rows(operation) as session:
        assert session.query(ExhibitChange).filter_by(exhibit_id=side.exhibit).count() == 1


def test_the_page_offers_closing_to_the_owners_country_lead_alone_and_says_when_it_is_under_way_or_has_failed(
    operation: TestOperation, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    side = a_side(operation)
    path = f"/operations/{operation.id}/exhibits/{side.exhibit}"
    owner, other = (signed_in(operation.person(country, "country_lead")) for country in ("EC", "PE"))
    offer, says = "Close to the other countries", "It is being closed to the other countries."
    assert [offer in browser.get(path).text for browser in (owner, other)] == [True, False]

    change = ask_closing(operation, database, side.exhibit)
    page = owner.get(path).text
    assert (offer in page, says in page, "A court or a prosecutor ordered it" in page) == (False, True, True)

    with operation.workers.write(operation.service_id) as tx:
        fail_closing(tx, change)
    page = owner.get(path).text
    assert (offer in page, says in page) == (True, False)
    close(operation, database, side.exhibit)  # asked again
    assert "Open to all countries" in owner.get(path).text


def test_closing_waits_for_writes_under_way_and_makes_running_work_begin_anew(
    operation: TestOperation, database: Database
) -> None:
    side = a_side(operation)
    change = ask_closing(operation, database, side.exhibit)
    with operation.workers.write(operation.service_id) as tx:
        tx.session.add(
            Job(
                kind="match_media",
                subject_id=side.medium,
                operation_id=operation.id,
                asked_by=operation.service_id,
                state="running",
                attempt=1,
            )
        )

    with database.write(operation.person("EC")) as tx:
        tx.session.execute(text("select 1"))
        with pytest.raises(Unavailable), operation.workers.write(operation.service_id) as late:
            follow_closing(late, change)
    assert "exhibit:closed" not in operation.kinds()

    with operation.workers.write(operation.service_id) as tx:
        follow_closing(tx, change)
    with rows(operation) as session:
        assert session.query(Job).filter_by(kind="match_media", subject_id=side.medium).one().state == "waiting"


def test_the_record_stays_whole_where_its_lines_got_another_lock_and_nothing_else_of_it_can_be_changed(
    operation: TestOperation, database: Database
) -> None:
    side = a_side(operation)
    with database.write(operation.person("PE")) as tx:
        view_face(tx, side.face)
    close(operation, database, side.exhibit)

    with database.read(operation.person("EC", "observer")) as view:
        lines = [line.exported() for line in whole_record(view.session, operation.id)]
    assert verify_record(lines).faults == []
    for column in ("payload = '{}'", "body = 'x'", "actor_id = 1", "locks = '{}', kind = 'x'"):
        with pytest.raises(DBAPIError):
            operation.change(f"update event set {column} where operation_id = :op", op=operation.id)


def test_every_row_with_a_lock_follows_a_closed_exhibit_or_is_known_to_stay(operation: TestOperation) -> None:
    with rows(operation) as session:
        found = set(
            session.scalars(
                text("""select c.table_name from information_schema.columns c join information_schema.tables t
                     using (table_schema, table_name) where table_schema = 'public' and t.table_type = 'BASE TABLE'
                     and c.column_name in ('compartment_id', 'locks')""")
            )
        )
    assert found == (FOLLOWS | STAYS) & found
    assert found >= FOLLOWS


def test_no_row_of_the_exhibit_or_its_leads_keeps_the_old_lock(operation: TestOperation, database: Database) -> None:
    side = a_side(operation)
    with database.write(operation.person("EC")) as tx:
        comment_on_lead(tx, side.lead, body="ours", language="en")
    close(operation, database, side.exhibit)

    with rows(operation) as session:
        own = session.query(Compartment).filter_by(id=session.get_one(Exhibit, side.exhibit).compartment_id).one()
        assert (own.sharing, own.is_common) == ("agency", False)
        assert session.get_one(Lead, side.lead).locks == sorted([own.id, operation.compartment("PE")])
        assert [each.locks for each in session.query(Comment).filter_by(lead_id=side.lead)] == [[own.id]]
        left = session.execute(
            text("select count(*) from event where operation_id = :op and :lock = any (locks)"),
            {"op": operation.id, "lock": side.lock},
        ).scalar_one()
        assert left == 0
