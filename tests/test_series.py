"""Series: added, filled with persons of one's own material, and a country that counts once a second person has
confirmed it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from workspace.commands import series
from workspace.commands.claims import claim_lead
from workspace.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workspace.model import Event, LeadEvidence, Person, Series
from workspace.model.database import Database
from workspace.queries.figures import counts
from workspace.queries.overview import overview
from workspace.queries.series import series as all_series
from workspace.queries.series import series_acts


def add(operation: TestOperation, database: Database, country: str = "EC", **values: str) -> UUID:
    with database.write(operation.person(country, "analyst")) as tx:
        return series.add_series(tx, operation.id, **{"label": "Blue room", **values})


def persons_of(operation: TestOperation, lead: UUID) -> list[Person]:
    """The persons on a lead's two sides, first side first."""
    with Session(operation.owner, expire_on_commit=False) as session:
        return list(
            session.scalars(
                select(Person)
                .join(LeadEvidence, LeadEvidence.person_id == Person.id)
                .where(LeadEvidence.lead_id == lead)
                .order_by(LeadEvidence.side)
            )
        )


@pytest.mark.parametrize(("state", "prepared"), [("prepared", True), ("open", False)])
def test_a_series_after_the_opening_counts_as_added(
    workers_database: Database, database: Database, state: str, prepared: bool
) -> None:
    operation = TestOperation(workers_database, state=state)

    first = add(operation, database, label="one")
    second = add(operation, database, label="two", external_reference="ref", sharing="agency")

    rows = [operation.row(Series, each) for each in (first, second)]
    assert [row.number for row in rows] == [1, 2]
    assert {row.was_prepared for row in rows} == {prepared}
    assert rows[0].compartment_id != rows[1].compartment_id
    assert operation.kinds() == ["series:added", "series:added"]


def test_a_series_of_a_closed_compartment_is_not_there_for_others(operation: TestOperation, database: Database) -> None:
    closed = add(operation, database, sharing="agency")
    person = persons_of(operation, operation.lead("PE", "EC"))[0]
    before = operation.kinds()

    for missing in (closed, uuid4()):
        with pytest.raises(NotFound), database.write(operation.person("PE", "analyst")) as tx:
            series.determine_country(tx, missing, country="PE", grounds="a socket")
        with pytest.raises(NotFound), database.write(operation.person("PE", "analyst")) as tx:
            series.confirm_country(tx, missing, country="PE")
        with pytest.raises(NotFound), database.write(operation.person("PE", "analyst")) as tx:
            series.place_person(tx, missing, person.number)
    with database.read(operation.person("PE", "analyst")) as view:
        assert all_series(view.session, operation.id) == []
    assert operation.kinds() == before


def test_a_series_of_unknown_sharing_is_refused(operation: TestOperation, database: Database) -> None:
    with pytest.raises(Invalid):
        add(operation, database, sharing="everybody")

    assert operation.kinds() == []


# --- Persons ----------------------------------------------------------------------------------------------------------


def test_a_person_is_placed_moved_and_taken_out_again(operation: TestOperation, database: Database) -> None:
    first, second = add(operation, database, label="one"), add(operation, database, label="two")
    person, analyst = persons_of(operation, operation.lead())[0], operation.person("EC", "analyst")

    with database.write(analyst) as tx:
        series.place_person(tx, first, person.number)
    with pytest.raises(Conflict), database.write(analyst) as tx:
        series.place_person(tx, first, person.number)
    with database.write(analyst) as tx:
        series.place_person(tx, second, person.number)
    with database.read(operation.person("PE")) as view:
        shown = all_series(view.session, operation.id)
    with pytest.raises(NotFound), database.write(analyst) as tx:
        series.withdraw_person(tx, first, person.number)
    with database.write(analyst) as tx:
        series.withdraw_person(tx, second, person.number)

    assert [(each.persons, each.own_persons) for each in shown] == [([], []), ([person.number], [])]
    assert operation.row(Person, person.id).series_id is None
    assert operation.kinds()[2:] == ["person:placed", "person:placed", "person:withdrawn"]


def test_an_agency_places_persons_of_its_own_material_only(operation: TestOperation, database: Database) -> None:
    blue = add(operation, database)
    theirs = persons_of(operation, operation.lead("PE", "EC"))[0]
    hidden = persons_of(operation, operation.lead(Side("PE", "agency"), "EC"))[0]
    before = operation.kinds()

    with pytest.raises(Forbidden), database.write(operation.person("EC", "analyst")) as tx:
        series.place_person(tx, blue, theirs.number)
    with pytest.raises(Forbidden), database.write(operation.person("EC", "analyst")) as tx:
        series.withdraw_person(tx, blue, theirs.number)
    with pytest.raises(NotFound), database.write(operation.person("EC", "analyst")) as tx:
        series.place_person(tx, blue, hidden.number)
    with database.write(operation.person("PE", "analyst")) as tx:
        series.place_person(tx, blue, theirs.number)

    assert operation.kinds() == [*before, "person:placed"]


def test_the_event_of_a_closed_series_is_for_its_agency_alone(operation: TestOperation, database: Database) -> None:
    closed = add(operation, database, sharing="agency")
    person = persons_of(operation, operation.lead())[0]
    with database.write(operation.person("EC", "analyst")) as tx:
        series.place_person(tx, closed, person.number)

    def placed(viewer: int) -> int:
        with database.read(viewer) as view:
            return len(view.session.scalars(select(Event).where(Event.kind == "person:placed")).all())

    assert placed(operation.person("EC")) == 1
    assert placed(operation.person("PE")) == 0


def test_nothing_is_placed_after_the_window(operation: TestOperation, database: Database) -> None:
    blue, person = add(operation, database), persons_of(operation, operation.lead())[0]
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    with pytest.raises(Closed), database.write(operation.person("EC", "analyst")) as tx:
        series.place_person(tx, blue, person.number)


# --- The country ------------------------------------------------------------------------------------------------------


def test_a_country_counts_once_a_second_person_has_confirmed_it(operation: TestOperation, database: Database) -> None:
    blue = add(operation, database)

    def counted() -> int:
        with database.read(operation.person("EC")) as view:
            return overview(view.session, operation.id).series.country_determined

    with database.write(operation.person("EC", "analyst")) as tx:
        series.determine_country(tx, blue, country="BR", grounds="The plug.")
    first = counted()
    with pytest.raises(Forbidden), database.write(operation.person("EC", "analyst")) as tx:
        series.confirm_country(tx, blue, country="BR")
    with pytest.raises(Conflict), database.write(operation.person("PE")) as tx:
        series.confirm_country(tx, blue, country="CL")
    with database.write(operation.person("PE")) as tx:
        series.confirm_country(tx, blue, country="BR")
    with pytest.raises(Conflict), database.write(operation.person("CL")) as tx:
        series.confirm_country(tx, blue, country="BR")

    assert (first, counted()) == (0, 1)
    assert operation.row(Series, blue).confirmed_by == operation.person("PE")
    assert operation.kinds()[1:] == ["series:country_determined", "series:country_confirmed"]


def test_another_country_waits_for_a_second_person_anew(operation: TestOperation, database: Database) -> None:
    blue = add(operation, database)
    with database.write(operation.person("EC", "analyst")) as tx:
        series.determine_country(tx, blue, country="BR", grounds="The plug.")
    with database.write(operation.person("PE")) as tx:
        series.confirm_country(tx, blue, country="BR")

    with database.write(operation.person("PE")) as tx:
        series.determine_country(tx, blue, country="CL", grounds="The uniform.")

    row = operation.row(Series, blue)
    assert (row.country_determined, row.country_grounds, row.confirmed_by, row.confirmed_at) == (
        "CL",
        "The uniform.",
        None,
        None,
    )


def test_more_grounds_for_a_confirmed_country_leave_it_confirmed(operation: TestOperation, database: Database) -> None:
    blue, first, second = add(operation, database), operation.person("EC", "analyst"), operation.person("PE")
    with database.write(first) as tx:
        series.determine_country(tx, blue, country="PE", grounds="The plug.")
    with database.write(second) as tx:
        series.confirm_country(tx, blue, country="PE")
    for person in (first, second):
        with database.write(person) as tx:
            series.determine_country(tx, blue, country="PE", grounds="The uniform.")

    row = operation.row(Series, blue)
    assert (row.country_determined, row.country_grounds) == ("PE", "The plug. · The uniform.")
    assert (row.determined_by, row.confirmed_by) == (first, second)
    with operation.workers.read(operation.service_id) as view:
        assert counts(view.session, operation.id)["series_country"] == 1


def test_what_is_taken_back_of_a_country_leaves_what_stood_before(operation: TestOperation, database: Database) -> None:
    blue, first, second = add(operation, database), operation.person("EC", "analyst"), operation.person("PE")
    with database.write(first) as tx:
        determined = series.determine_country(tx, blue, country="PE", grounds="The plug.")
    with database.write(second) as tx:
        confirmed = series.confirm_country(tx, blue, country="PE")
    with database.write(second) as tx:
        other = series.determine_country(tx, blue, country="CL", grounds="The accent.")

    def stands() -> tuple[str | None, str | None, bool]:
        with database.read(first) as view:
            (line,) = all_series(view.session, operation.id)
        return line.country_determined, line.country_grounds, line.is_confirmed

    assert stands() == ("CL", "The accent.", False)
    with pytest.raises(Forbidden), database.write(first) as tx:
        series.take_back_country(tx, other)
    with database.write(operation.person("PE", which=2)) as tx:
        series.take_back_country(tx, other)
    assert stands() == ("PE", "The plug.", True)
    with pytest.raises(Conflict), database.write(second) as tx:
        series.take_back_country(tx, other)
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)
    for act, person, left in (
        (confirmed, second, ("PE", "The plug.", False)),
        (determined, first, (None, None, False)),
    ):
        with database.write(person) as tx:
            series.take_back_country(tx, act)
        assert stands() == left
    with database.read(first) as view:
        assert series_acts(view.session, operation.id) == []
    assert operation.kinds()[-3:] == ["series:country_taken_back"] * 3


def test_an_unknown_country_is_refused(operation: TestOperation, database: Database) -> None:
    blue = add(operation, database)

    with pytest.raises(Invalid), database.write(operation.person("EC", "analyst")) as tx:
        series.determine_country(tx, blue, country="ZZ", grounds="x")


def test_the_figures_of_series_come_from_persons_claims_and_confirmed_countries(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    worked, left = add(operation, database, label="worked"), add(operation, database, label="left")
    with database.write(operation.person("EC", "analyst")) as tx:
        series.place_person(tx, worked, persons_of(operation, lead)[0].number)
    with database.write(operation.person("EC", "analyst")) as tx:
        series.determine_country(tx, left, country="BR", grounds="The plug.")
    with database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)

    with operation.workers.read(operation.service_id) as view:
        numbers = counts(view.session, operation.id)

    assert {key: numbers[key] for key in ("series_all", "series_worked", "series_left", "series_country")} == {
        "series_all": 2,
        "series_worked": 1,
        "series_left": 1,
        "series_country": 0,
    }
