"""Two persons of one compartment are said to be one, or two, and it is taken back; what examiners decided holds."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from workspace.commands.persons import keep_apart, merge_persons, take_back_act
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Lead, Person
from workspace.model.database import Database
from workspace.queries.persons import alike_persons

LIKE = "[1" + ",0" * 127 + "]"


class Two:
    """Two persons of EC, alike and each with a lead with a person of PE."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.leads = [operation.lead(), operation.lead()]
        self.first, self.second = (self.person_of(lead, "EC") for lead in self.leads)
        for person in (self.first, self.second):
            operation.change("update face set embedding = :v where person_id = :p", v=LIKE, p=person)
            operation.change(
                "update person set centroid = :v, face_count = 1, model_digest = repeat('0', 64) where id = :p",
                v=LIKE,
                p=person,
            )
        self.numbers = sorted(operation.row(Person, each).number for each in (self.first, self.second))
        self.me = operation.person("EC")

    def person_of(self, lead: UUID, country: str) -> UUID:
        return self.one(
            "select person_id from lead_evidence where lead_id = :lead and country = :c", lead=lead, c=country
        )

    def one(self, sql: str, **values: object) -> UUID:
        with self.operation.workers.engine.connect() as rows:
            found: UUID = rows.execute(text(sql), values).scalar_one()
        return found

    def key(self, lead: UUID) -> bytes:
        return self.operation.row(Lead, lead).pair_key

    def merge(self, person: int | None = None) -> UUID:
        with self.database.write(person or self.me) as tx:
            return merge_persons(tx, self.operation.id, number=self.numbers[1], other=self.numbers[0])

    def apart(self) -> UUID:
        with self.database.write(self.me) as tx:
            return keep_apart(tx, self.operation.id, number=self.numbers[0], other=self.numbers[1])

    def take_back(self, act: UUID) -> None:
        with self.database.write(self.me) as tx:
            take_back_act(tx, act)

    def proposed(self, person: int | None = None) -> list[tuple[int, int]]:
        with self.database.read(person or self.me) as view:
            found = alike_persons(view.session, self.operation.id)
        return [(each.number, each.other_number) for each in found.alike]


@pytest.fixture
def two(operation: TestOperation, database: Database) -> Two:
    return Two(operation, database)


def test_a_merged_person_takes_over_faces_and_leads_and_parting_gives_them_back(two: Two) -> None:
    before = [two.key(lead) for lead in two.leads]

    act = two.merge()

    stays, gone = two.operation.row(Person, two.first), two.operation.row(Person, two.second)
    assert (stays.face_count, gone.face_count, gone.merged_into) == (2, 0, two.first)
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.first]
    assert two.key(two.leads[0]) == before[0]
    assert two.key(two.leads[1]) != before[1]  # it is about the person that stays
    assert two.one("select count(*) from job where kind = 'match_person' and subject_id = :p", p=two.first) == 1

    two.take_back(act)

    assert two.operation.row(Person, two.second).merged_into is None
    assert [two.operation.row(Person, each).face_count for each in (two.first, two.second)] == [1, 1]
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.second]
    assert [two.key(lead) for lead in two.leads] == before
    assert two.operation.kinds() == ["persons:merged", "persons:parted"]
    with pytest.raises(Conflict):
        two.take_back(act)


def test_a_rejected_pair_stays_rejected_for_the_person_that_both_became(two: Two) -> None:
    other = two.person_of(two.leads[1], "PE")
    two.operation.change("update lead set stage = 'rejected', opinions = 2 where id = :lead", lead=two.leads[1])

    two.merge()

    rejected = two.one(
        "select id from lead where stage = 'rejected' and pair_key = pair_key_of_faces(:one, :other)",
        one=two.first,
        other=other,
    )
    assert rejected == two.leads[1]


def test_two_leads_on_one_pair_stay_beside_each_other_with_their_opinions(two: Two) -> None:
    other = two.person_of(two.leads[0], "PE")
    two.operation.change(
        "update lead_evidence set person_id = :other where lead_id = :lead and country = 'PE'",
        other=other,
        lead=two.leads[1],
    )
    for lead, person in zip(two.leads, (two.first, two.second), strict=True):
        two.operation.change(
            "update lead set pair_key = pair_key_of_faces(:one, :other) where id = :lead",
            one=person,
            other=other,
            lead=lead,
        )
    before = [two.key(lead) for lead in two.leads]

    act = two.merge()

    assert [two.key(lead) for lead in two.leads] == before
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.first]
    two.take_back(act)
    assert [two.person_of(lead, "EC") for lead in two.leads] == [two.first, two.second]


def test_persons_that_look_alike_are_proposed_until_somebody_has_decided(two: Two) -> None:
    assert two.proposed() == [tuple(two.numbers)]
    assert two.proposed(two.operation.person("PE")) == []  # only to whose material it is

    act = two.apart()

    assert two.proposed() == []
    with pytest.raises(Conflict):
        two.merge()
    two.take_back(act)
    assert two.proposed() == [tuple(two.numbers)]
    two.merge()
    assert two.proposed() == []
    assert two.operation.kinds() == ["persons:kept_apart", "persons:parted", "persons:merged"]


def test_that_two_are_not_the_same_holds_for_whom_one_of_them_became(two: Two) -> None:
    third = two.person_of(two.operation.lead(), "EC")
    number = two.operation.row(Person, third).number
    with two.database.write(two.me) as tx:
        keep_apart(tx, two.operation.id, number=two.numbers[1], other=number)

    two.merge()

    with pytest.raises(Conflict), two.database.write(two.me) as tx:
        merge_persons(tx, two.operation.id, number=two.numbers[0], other=number)


def test_who_may_not_and_what_may_not_be_merged(two: Two, operation: TestOperation) -> None:
    closed = two.person_of(operation.lead(Side("EC", "agency")), "EC")
    foreign = operation.row(Person, two.person_of(two.leads[0], "PE")).number

    def merge(person: int, number: int, other: int) -> None:
        with two.database.write(person) as tx:
            merge_persons(tx, operation.id, number=number, other=other)

    first, second = two.numbers
    for person, number, other, refusal in (
        (operation.person("PE"), first, second, Forbidden),
        (operation.person("EC", "liaison"), first, second, Forbidden),
        (two.me, first, first, Invalid),
        (two.me, first, 999_999, NotFound),
        (two.me, first, foreign, Invalid),
        (two.me, first, operation.row(Person, closed).number, Invalid),
    ):
        with pytest.raises(refusal):
            merge(person, number, other)
    assert operation.kinds() == []


def test_the_database_itself_moves_nothing_of_another_agency(two: Two) -> None:
    with pytest.raises(Exception, match="own persons"), two.database.write(two.operation.person("PE")) as tx:
        tx.session.execute(text("select merge_person(:one, :other)"), {"one": two.first, "other": two.second})


def test_the_database_parts_persons_without_touching_the_pair_of_a_lead_that_is_not_theirs(two: Two) -> None:
    strange = two.operation.lead("CL", "PE")
    before = two.key(strange)

    with two.database.write(two.me) as tx:
        tx.session.execute(
            text("select part_person(:stays, :goes, cast(:moved as jsonb))"),
            {
                "stays": two.first,
                "goes": two.second,
                "moved": f'{{"faces": [], "sides": [], "ledger": [], "keys": {{"{strange}": "{"ab" * 32}"}}}}',
            },
        )

    assert two.key(strange) == before
