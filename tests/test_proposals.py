"""Proposals: who does not own an item asks, the owner accepts (which does it) or declines, and both see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import TestOperation
from workspace.commands.entries import close_entry
from workspace.commands.exhibits import correct_exhibit
from workspace.commands.grades import bring_grade_table, raise_grade_votes
from workspace.commands.proposals import Wanted, accept_change, decline_change, propose_change, withdraw_change
from workspace.commands.series import add_series
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Exhibit, MediaGrade, Person, Proposal, RegisterEntry
from workspace.model.database import Database
from workspace.queries.proposals import proposals_of
from workspace.queries.waiting import what_waits_for_me
from workspace.rules.grades import Category

TABLE = [Category(0, "zero"), Category(1, "one")]


class Room:
    """EC owns a medium, a person, an exhibit and an entry; PE proposes."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.exhibit = lay_exhibit(operation, "EC", "EC-1")
        self.series = self._series("PE")
        self.medium = lay_medium(operation, self.exhibit, faces=("good",))
        with operation.owner.connect() as rows:
            self.person = rows.execute(
                text("select p.number from face f join person p on p.id = f.person_id where f.media_item_id = :m"),
                {"m": self.medium},
            ).scalar_one()
        self.entry = uuid4()
        operation.change(
            "with r as (insert into register (id, operation_id, compartment_id, country, name, legal_source, "
            "attested_by) "
            "values (gen_random_uuid(), :op, :lock, 'EC', 'missing', 'law', :who) returning id) "
            "insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key) "
            "select :id, :op, :lock, r.id, 'M-1', 'm-1' from r",
            op=operation.id, lock=operation.compartment("EC"), id=self.entry, who=operation.person("EC", "analyst"),
        )  # fmt: skip
        self.owner, self.other = operation.person("EC", "country_lead"), operation.person("PE")
        with database.write(self.owner) as tx:
            bring_grade_table(tx, operation.id, name="EC", categories=TABLE)

    def _series(self, country: str) -> UUID:
        with self.database.write(self.operation.person(country, "analyst")) as tx:
            return add_series(tx, self.operation.id, label=f"{country} door")

    def propose(self, wanted: Wanted, *, by: int = 0) -> UUID:
        with self.database.write(by or self.other) as tx:
            return propose_change(tx, self.operation.id, wanted)

    def accept(self, proposal: UUID, *, by: int = 0) -> None:
        with self.database.write(by or self.owner) as tx:
            accept_change(tx, proposal)

    def seen_by(self, person: int) -> list[tuple[str, str | None]]:
        with self.database.read(person) as view:
            return [(each.kind, each.answer) for each in proposals_of(view.session, self.operation.id).rows]


@pytest.fixture
def room(operation: TestOperation, database: Database) -> Room:
    return Room(operation, database)


def test_what_is_accepted_is_done_by_the_owner_in_one_write_and_both_see_it(
    room: Room, database: Database, operation: TestOperation
) -> None:
    wants = {
        "grade": Wanted("grade", item=room.medium, value="1", words="the same room"),
        "age": Wanted("person_word", person=room.person, what="age_band", value="7_12", words="teeth"),
        "series": Wanted("series", person=room.person, series=room.series, words="the same door"),
        "fact": Wanted("exhibit_fact", item=room.exhibit, what="custodian", value="room 5", words="it was moved"),
    }
    made = {name: room.propose(wanted) for name, wanted in wants.items()}
    for wanted in wants.values():
        with pytest.raises(Conflict):
            room.propose(wanted)
    with database.read(room.owner) as view:
        actions = ["grade_media", "describe_person", "place_person", "correct_exhibit"]
        waiting = what_waits_for_me(view.session, operation.id, actions)
    assert [(each.what, each.from_country) for each in waiting] == [("propose", "PE")] * 4

    for proposal in made.values():
        room.accept(proposal)
        with pytest.raises(Conflict):
            room.accept(proposal)

    with operation.workers.read(operation.service_id) as view:
        person = view.session.query(Person).filter_by(operation_id=operation.id, number=room.person).one()
        grade = view.session.query(MediaGrade).filter_by(operation_id=operation.id).one()
        rows = view.session.query(Proposal).filter_by(operation_id=operation.id).all()
        assert (person.age_band, person.series_id) == ("7_12", room.series)
        assert (grade.number, grade.graded_by, grade.table_country) == (1, room.owner, "EC")
        assert {(row.answer, row.answered_by) for row in rows} == {("accepted", room.owner)}
    assert operation.row(Exhibit, room.exhibit).custodian == "room 5"
    kinds = operation.kinds()
    assert [kinds.count(kind) for kind in ("proposal:made", "proposal:accepted", "media:graded")] == [4, 4, 1]
    assert room.seen_by(room.owner) == room.seen_by(room.other) != []
    assert room.seen_by(operation.person("CL")) == []  # opens the material too, and is no party


def test_the_owner_declines_with_a_reason_that_the_proposer_reads_and_the_proposer_withdraws(
    room: Room, database: Database, operation: TestOperation
) -> None:
    first = room.propose(Wanted("grade", item=room.medium, value="1", words="so"))
    with pytest.raises(Invalid), database.write(room.owner) as tx:
        decline_change(tx, first, reason=" ")
    with database.write(room.owner) as tx:
        decline_change(tx, first, reason="it is another room")
    with database.read(room.other) as view:
        (told,) = proposals_of(view.session, operation.id).rows
    assert (told.answer, told.reason, told.answered_by) == ("declined", "it is another room", "EC · country_lead 1")
    second = room.propose(Wanted("grade", item=room.medium, value="0", words="then so"))
    for person, error in ((room.owner, Forbidden), (operation.person("CL"), NotFound)):
        with pytest.raises(error), database.write(person) as tx:
            withdraw_change(tx, second)
    with pytest.raises(Forbidden):
        room.accept(second, by=room.other)
    with database.write(operation.person("PE", "liaison")) as tx:
        withdraw_change(tx, second)
    with pytest.raises(Conflict, match="answered already"):
        room.accept(second)


def test_what_fits_no_more_is_answered_with_a_sentence_and_nothing_is_done(
    room: Room, database: Database, operation: TestOperation
) -> None:
    fact = room.propose(
        Wanted("exhibit_fact", item=room.exhibit, what="custodian", value="room 5", words="it was moved")
    )
    word = room.propose(Wanted("person_word", person=room.person, what="country", value="CL", words="a plug"))
    grade = room.propose(Wanted("grade", item=room.medium, value="1", words="so"))
    with database.write(room.owner) as tx:
        correct_exhibit(tx, room.exhibit, what="custodian", value="room 5", reason="moved")
    lay_medium(operation, room.exhibit, faces=("good",))
    operation.change(
        "update person p set merged_into = o.id from person o where p.operation_id = :op and p.number = :n "
        "and o.operation_id = :op and o.compartment_id = p.compartment_id and o.number > p.number",
        op=operation.id,
        n=room.person,
    )
    with database.write(room.owner) as tx:
        bring_grade_table(tx, operation.id, name="EC new", categories=TABLE[:1])

    for proposal, why in ((fact, "stands there already"), (word, "was merged"), (grade, "cannot be graded")):
        with pytest.raises(Conflict, match=f"no longer fits.*{why}.*Decline it"):
            room.accept(proposal)
    assert {answer for _, answer in room.seen_by(room.owner)} == {None}
    assert "proposal:accepted" not in operation.kinds()


def test_what_cannot_be_proposed_is_refused_with_what_is_wrong(
    room: Room, database: Database, operation: TestOperation
) -> None:
    hidden = lay_medium(operation, lay_exhibit(operation, "EC", "EC-9", sharing="agency"))
    with database.write(operation.person("PE", "analyst")) as tx:
        closed = add_series(tx, operation.id, label="closed", sharing="agency")
    good = Wanted("grade", item=room.medium, value="1", words="so")
    refused: list[tuple[Wanted, type[Exception]]] = [
        (replace(good, item=hidden), NotFound),
        (replace(good, value="7"), Invalid),
        (replace(good, words=" "), Invalid),
        (Wanted("person_word", person=999999, what="age_band", value="adult", words="so"), NotFound),
        (Wanted("person_word", person=room.person, what="note", value="x", words="so"), Invalid),
        (Wanted("person_word", person=room.person, what="age_band", value="old", words="so"), Invalid),
        (Wanted("person_word", person=room.person, what="country", value="QQ", words="so"), Invalid),
        (Wanted("series", person=room.person, words="so"), NotFound),
        (Wanted("series", person=room.person, series=closed, words="so"), Forbidden),
        (Wanted("exhibit_fact", item=room.exhibit, what="label", value="x", words="so"), Invalid),
        (Wanted("exhibit_fact", item=room.exhibit, what="seized_on", value="2999-01-01", words="so"), Invalid),
        (Wanted("exhibit_fact", item=room.exhibit, what="custodian", value="custodian", words="so"), Conflict),
        (Wanted("entry_end", item=room.exhibit, value="withdrawn", words="so"), NotFound),
    ]  # fmt: skip
    for wanted, error in refused:
        with pytest.raises(error):
            room.propose(wanted)
    with pytest.raises(Forbidden):
        room.propose(good, by=operation.person("EC"))
    with database.write(operation.person("EC", "operation_lead")) as tx:
        raise_grade_votes(tx, operation.id, 3)
    with pytest.raises(Conflict):
        room.propose(good)
    assert "proposal:made" not in operation.kinds()


def test_an_end_of_an_entry_is_proposed_and_a_closed_item_takes_its_proposals_along(
    room: Room, database: Database, operation: TestOperation
) -> None:
    asks, country = operation.person("PE", "liaison"), "EC"
    with pytest.raises(Invalid):
        room.propose(Wanted("entry_end", item=room.entry, value="found", words="so"), by=asks)
    found = Wanted(
        "entry_end", item=room.entry, value="found", on_day=date(2026, 1, 2), reference="A 5", words="a call"
    )
    proposal = room.propose(found, by=asks)
    room.accept(proposal, by=operation.person(country, "country_lead"))
    assert operation.row(RegisterEntry, room.entry).closed_as == "found"
    with pytest.raises(Conflict), database.write(operation.person(country, "country_lead")) as tx:
        close_entry(tx, room.entry, closed_as="found", reason="x", found_on=date(2026, 1, 2), reference="A 5")

    room.propose(Wanted("grade", item=room.medium, value="1", words="so"))
    lock = operation.compartment("EC", "agency")
    operation.change("update media_item set compartment_id = :lock where id = :id", lock=lock, id=room.medium)
    assert ("grade", None) in room.seen_by(room.owner)
    assert ("grade", None) not in room.seen_by(room.other)
