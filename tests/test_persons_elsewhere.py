"""A person lives in one compartment; its page gathers those of the agency's other material that people said are the
same."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from tests.web.test_closing import Sides as LeadSides
from tests.web.test_closing import came, close
from workspace.commands.persons import keep_apart, merge_persons, take_back_act
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import Event, Person, PersonAct
from workspace.model.database import Database
from workspace.queries.person_page import PersonPage, person_page
from workspace.queries.persons import alike_persons

ALIKE = "[1" + ",0" * 127 + "]"
UNLIKE = "[0,0,1" + ",0" * 125 + "]"
LESS_ALIKE = "[0.9,0.43589" + ",0" * 126 + "]"


class Materials:
    """Persons of EC, all alike, each on a lead with PE: two that everybody may see, one in each of two closed
    exhibits."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database, self.me = operation, database, operation.person("EC")
        self.leads = [operation.lead(), operation.lead(), operation.lead(Side("EC", "agency"))]
        operation.close_anew("EC")
        self.leads.append(operation.lead(Side("EC", "agency")))
        self.ids = [self.person_of(lead) for lead in self.leads]
        for person in self.ids:
            operation.change("update face set embedding = :v where person_id = :p", v=ALIKE, p=person)
            operation.change(
                "update person set centroid = :v, face_count = 1, model_digest = repeat('0', 64) where id = :p",
                v=ALIKE,
                p=person,
            )
        self.rows = [operation.row(Person, each) for each in self.ids]
        self.first, self.second, self.closed, self.other_closed = (row.number for row in self.rows)

    def person_of(self, lead: UUID) -> UUID:
        with self.operation.workers.engine.connect() as rows:
            found: UUID = rows.execute(
                text("select person_id from lead_evidence where lead_id = :lead and country = 'EC'"), {"lead": lead}
            ).scalar_one()
        return found

    def same(self, number: int, other: int, person: int | None = None) -> UUID:
        with self.database.write(person or self.me) as tx:
            return merge_persons(tx, self.operation.id, number=number, other=other)

    def apart(self, number: int, other: int) -> UUID:
        with self.database.write(self.me) as tx:
            return keep_apart(tx, self.operation.id, number=number, other=other)

    def take_back(self, act: UUID, person: int | None = None) -> None:
        with self.database.write(person or self.me) as tx:
            take_back_act(tx, act)

    def page(self, number: int, person: int | None = None) -> PersonPage:
        with self.database.read(person or self.me) as view:
            return person_page(view.session, self.operation.id, number)

    def gathered(self, number: int, person: int | None = None) -> list[int]:
        return [each.number for each in self.page(number, person).gathered]

    def proposed(self, number: int) -> list[int]:
        return [each.number for each in self.page(number).alike_elsewhere]


@pytest.fixture
def materials(operation: TestOperation, database: Database) -> Materials:
    return Materials(operation, database)


def test_who_looks_alike_in_other_material_is_proposed_and_the_page_gathers_whom_people_said_is_the_same(
    materials: Materials,
) -> None:
    assert materials.proposed(materials.first) == [materials.closed, materials.other_closed]

    act = materials.same(materials.closed, materials.first)
    materials.same(materials.closed, materials.other_closed)

    page = materials.page(materials.first)
    assert [each.number for each in page.gathered] == [materials.closed, materials.other_closed]
    assert {each.number for each in page.sights} == {materials.first, materials.closed, materials.other_closed}
    assert {lead.id for lead in page.leads} == {materials.leads[0], *materials.leads[2:]}
    assert (page.alike_elsewhere, page.acts[0].is_across, page.face_count) == ([], True, 1)
    rows = [materials.operation.row(Person, each) for each in materials.ids]
    assert [(row.merged_into, row.compartment_id) for row in rows] == [
        (None, row.compartment_id) for row in materials.rows
    ]

    materials.take_back(act)

    assert materials.gathered(materials.first) == []
    assert materials.proposed(materials.first) == [materials.closed, materials.other_closed]
    assert materials.operation.kinds() == ["persons:merged", "persons:merged", "persons:parted"]


def test_a_proposal_has_no_place_by_likeness_while_a_lead_withholds_it(
    materials: Materials, operation: TestOperation, database: Database
) -> None:
    def listed() -> list[int]:
        with database.read(materials.me) as view:
            pairs = alike_persons(view.session, operation.id).alike
        return [each.other_number for each in pairs if each.number == materials.first]

    operation.change("update face set embedding = :v where person_id <> all (:p)", v=UNLIKE, p=materials.ids)
    of_the_other = {"v": LESS_ALIKE, "p": materials.ids[3]}
    operation.change("update person set centroid = :v where id = :p", **of_the_other)
    operation.change("update face set embedding = :v where person_id = :p", **of_the_other)
    lead = operation.lead("EC", Side("EC", "agency"))
    by_likeness = [materials.closed, materials.other_closed]
    assert materials.proposed(materials.first) == by_likeness

    for person, country in ((materials.ids[0], "shared"), (materials.ids[2], "closed")):
        operation.change(
            "update lead_evidence set person_id = :p, face_id = (select id from face where person_id = :p)"
            " where lead_id = :lead and (compartment_id = :shared) = :is_shared",
            p=person,
            lead=lead,
            shared=operation.compartment("EC"),
            is_shared=country == "shared",
        )

    assert materials.proposed(materials.first) == by_likeness[::-1]
    assert listed()[-1] == materials.closed

    operation.change("update lead set stage = 'verified' where id = :id", id=lead)
    assert materials.proposed(materials.first) == by_likeness
    assert listed()[-1] == materials.other_closed


def test_who_was_said_to_be_another_is_proposed_no_more_until_it_is_taken_back(materials: Materials) -> None:
    act = materials.apart(materials.first, materials.closed)

    assert materials.proposed(materials.first) == [materials.other_closed]
    with pytest.raises(Conflict, match="two people"):
        materials.same(materials.first, materials.closed)

    materials.take_back(act)
    assert materials.proposed(materials.first) == [materials.closed, materials.other_closed]


def test_another_country_sees_neither_who_is_gathered_nor_that_anything_was_said(
    materials: Materials, operation: TestOperation, database: Database
) -> None:
    act, foreign = materials.same(materials.first, materials.closed), operation.person("PE")

    page = materials.page(materials.first, foreign)

    assert (page.gathered, page.acts, page.alike_elsewhere) == ([], [], [])
    assert {each.number for each in page.sights} == {materials.first}
    with pytest.raises(NotFound):
        materials.page(materials.closed, foreign)
    with database.read(foreign) as view:
        assert view.session.query(PersonAct).filter_by(id=act).count() == 0
        assert view.session.query(Event).filter_by(kind="persons:merged").count() == 0
    for refused in (
        lambda: materials.take_back(act, foreign),
        lambda: materials.same(materials.first, materials.closed, foreign),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(Forbidden):
        materials.same(materials.first, materials.closed, operation.person("EC", "liaison"))


def test_what_would_make_one_of_two_by_way_of_a_third_is_refused_and_changes_nothing(materials: Materials) -> None:
    materials.apart(materials.first, materials.second)
    act = materials.same(materials.first, materials.closed)
    materials.same(materials.closed, materials.other_closed)
    done = materials.operation.kinds()

    with pytest.raises(Conflict, match="two people"):
        materials.same(materials.second, materials.other_closed)
    with pytest.raises(Conflict, match="one person"):
        materials.apart(materials.first, materials.other_closed)
    with pytest.raises(Conflict, match="already"):
        materials.same(materials.closed, materials.first)

    assert materials.operation.kinds() == done
    materials.take_back(act)
    materials.same(materials.second, materials.other_closed)
    assert materials.gathered(materials.second) == [materials.closed, materials.other_closed]


def test_two_of_one_material_are_merged_while_one_of_them_is_gathered_with_another(materials: Materials) -> None:
    materials.same(materials.second, materials.closed)

    merge = materials.same(materials.first, materials.second)

    assert materials.gathered(materials.first) == [materials.closed]
    materials.take_back(merge)
    assert (materials.gathered(materials.first), materials.gathered(materials.second)) == ([], [materials.closed])


@pytest.mark.parametrize("by_parts", [False, True])
def test_what_was_said_across_materials_stays_when_the_exhibit_of_one_is_closed(
    operation: TestOperation, database: Database, by_parts: bool
) -> None:
    operation.closes_by_parts = by_parts  # type: ignore[attr-defined]
    materials = Materials(operation, database)
    side = came(operation, LeadSides(operation, materials.leads[0]))
    act = materials.same(materials.first, materials.closed)
    before = operation.row(PersonAct, act)

    close(operation, database, side.exhibit)

    after, person = operation.row(PersonAct, act), operation.row(Person, materials.ids[0])
    assert person.compartment_id != materials.rows[0].compartment_id
    assert (after.compartment_id, after.other_compartment_id) == (person.compartment_id, before.other_compartment_id)
    assert (after.undone_at, materials.gathered(materials.first)) == (None, [materials.closed])
