"""Operations from their making to their end: who may do it, what is recorded, what nobody can give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from house import House
from sqlalchemy import select, text

from workspace.cli_operation import add_first_administrator, member_lines
from workspace.commands import operations, people
from workspace.commands.claims import claim_lead
from workspace.commands.people import ensure_house
from workspace.database import Database
from workspace.errors import Closed, Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from workspace.keys import unwrap
from workspace.model import Event, Lead, Membership, Operation, Participation, Series, User
from workspace.queries import operations as queries

MASTER = bytes(range(32))


def _create(workers: Database, *, countries: Sequence[str] = ("EC", "PE"), **changes: Any) -> tuple[int, people.Invited]:
    service = ensure_house(workers)
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "code_name": "Test",
        "purpose": "testing",
        "legal_basis": "none",
        "time_zone": "America/Guayaquil",
        "opens_at": now,
        "closes_at": now + timedelta(days=5),
        "terms": "Terms.",
        "countries": countries,
        "master_key": MASTER,
        **changes,
    }
    with workers.write(service.housekeeping_id) as tx:
        operation_id = operations.create_operation(tx, **values)
        invited = add_first_administrator(tx, operation_id, countries=countries, agency="Coordination", name="Administrator")
    return operation_id, invited


def _state(house: House) -> str:
    return str(house.row(Operation, house.operation_id).state)


# --- The house -----------------------------------------------------------------------------------------------------------------


def test_the_house_is_made_once(workers_database: Database, database: Database) -> None:
    first = ensure_house(workers_database)

    assert ensure_house(workers_database) == first
    with database.read(None) as view:
        assert people.service_users(view.session) == first


def test_an_operation_begins_with_its_key_its_countries_and_an_administrator(
    workers_database: Database, database: Database
) -> None:
    operation_id, invited = _create(workers_database)

    with database.read(invited.user_id) as view:
        head = queries.operation(view.session, operation_id)
        countries = queries.countries(view.session, operation_id)
        wrapped = queries.wrapped_key(view.session, operation_id)
        assert view.me.is_house_admin
    assert (head.state, head.role, head.accepted) == ("prepared", "administrator", False)
    assert [(row.country, row.accepted_at) for row in countries] == [("EC", None), ("PE", None)]
    assert unwrap(MASTER, wrapped, str(operation_id)).operation_id == str(operation_id)
    with workers_database.read(ensure_house(workers_database).worker_id) as view:
        kinds = view.session.scalars(select(Event.kind).where(Event.operation_id == operation_id).order_by(Event.seq)).all()
    assert kinds == ["operation:created", "agency:joined", "member:added"]


def test_two_operations_have_two_keys(workers_database: Database) -> None:
    first, second = (_create(workers_database)[0] for _ in range(2))

    with workers_database.read(ensure_house(workers_database).worker_id) as view:
        keys = {unwrap(MASTER, queries.wrapped_key(view.session, each), str(each)).key for each in (first, second)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"countries": ["EC", "ZZ"]},
        {"countries": ["ec"]},
        {"time_zone": "Mars/Olympus"},
        {"closes_at": datetime(2000, 1, 1, tzinfo=UTC)},
        {"opens_at": datetime(2000, 1, 1)},
        {"handling_code": "H9"},
        {"tlp": "PINK"},
    ],
)
def test_an_operation_with_an_unknown_value_is_refused(workers_database: Database, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        _create(workers_database, **changes)

    assert refused.value.facts["faults"]


def test_only_an_administrator_of_the_house_makes_operations_and_accounts(house: House, database: Database) -> None:
    with pytest.raises(Forbidden), database.write(house.person(role="operation_lead")) as tx:
        operations.add_first_member(tx, house.operation_id, user_id=house.outsider(), role="specialist")
    with pytest.raises(Forbidden), database.write(house.person(role="operation_lead")) as tx:
        people.create_agency(tx, country="EC", name="x", kind="police")
    with pytest.raises(Forbidden), database.write(house.person(role="administrator")) as tx:
        people.create_user(tx, agency_id=house.agencies["EC"], name="x")
    with pytest.raises(Forbidden), database.write(house.person(role="administrator")) as tx:
        people.invite_user(tx, house.person("PE"))


def test_an_administrator_of_the_house_works_through_the_applications_role(
    workers_database: Database, database: Database
) -> None:
    _, admin = _create(workers_database)

    with database.write(admin.user_id) as tx:
        agency = people.create_agency(tx, country="BO", name=f"Unit {admin.user_id}", kind="police")
        user = people.create_user(tx, agency_id=agency, name="BO · specialist")
        people.invite_user(tx, user)
        people.disable_user(tx, user)

    with pytest.raises(NotSignedIn), database.write(user):
        pass
    with pytest.raises(Conflict), database.write(admin.user_id) as tx:
        people.create_agency(tx, country="BO", name=f"Unit {admin.user_id}", kind="police")
    with pytest.raises(Conflict), database.write(admin.user_id) as tx:
        people.disable_user(tx, admin.user_id)
    with pytest.raises(NotFound), database.write(admin.user_id) as tx:
        people.disable_user(tx, user)
    with pytest.raises(NotFound), database.write(admin.user_id) as tx:
        people.invite_user(tx, user)


@pytest.mark.parametrize("column", ["is_house_admin", "is_service", "agency_id"])
def test_the_database_itself_lets_nobody_change_what_an_account_is(house: House, database: Database, column: str) -> None:
    value = house.agencies["PE"] if column == "agency_id" else True
    with database.write(house.person(role="administrator")) as tx:
        allowed = tx.session.execute(
            text("select has_column_privilege('app_user', :column, 'update')"), {"column": column}
        ).scalar_one()

    assert allowed is False
    assert getattr(house.row(User, house.person(role="administrator")), column) != value


# --- Terms and states ----------------------------------------------------------------------------------------------------------


def test_nothing_is_seen_before_the_own_country_has_accepted(house: House, database: Database) -> None:
    house.change("update participation set accepted_at = null where operation_id = :id and country = 'PE'", id=house.operation_id)
    lead, lead_of_pe = house.lead(), house.person("PE", "country_lead")

    with database.read(lead_of_pe) as view:
        assert queries.operation(view.session, house.operation_id).accepted is False
        assert view.session.get(Lead, lead) is None
    with database.write(lead_of_pe) as tx:
        operations.accept_terms(tx, house.operation_id, face_recognition=False)

    with database.read(lead_of_pe) as view:
        assert queries.operation(view.session, house.operation_id).accepted is True
        assert view.session.get(Lead, lead) is not None
    part = house.row(Participation, (house.operation_id, "PE"))
    assert (part.accepted_by, part.face_recognition, part.shares_known_count) == (lead_of_pe, False, True)
    assert house.kinds()[-1] == "terms:accepted"


def test_a_country_accepts_once_and_only_for_itself(house: House, database: Database) -> None:
    house.change(
        "update participation set accepted_at = null where operation_id = :id and country <> 'EC'", id=house.operation_id
    )

    with pytest.raises(Conflict), database.write(house.person("EC", "country_lead")) as tx:
        operations.accept_terms(tx, house.operation_id)
    with pytest.raises(Forbidden), database.write(house.person("PE", "specialist")) as tx:
        operations.accept_terms(tx, house.operation_id)
    assert house.row(Participation, (house.operation_id, "PE")).accepted_at is None


def test_an_operation_goes_on_step_by_step_and_never_back(workers_database: Database, database: Database) -> None:
    house = House(workers_database, state="prepared")
    lead = house.person(role="operation_lead")

    for state in ("open", "closing", "closed", "follow_up"):
        for wrong in {"prepared", "open", "closing", "closed", "follow_up"} - {state}:
            with pytest.raises(Conflict), database.write(lead) as tx:
                operations.change_operation_state(tx, house.operation_id, to=wrong)
        with database.write(lead) as tx:
            operations.change_operation_state(tx, house.operation_id, to=state)
        assert _state(house) == state

    assert house.kinds() == ["operation:state_changed"] * 4


@pytest.mark.parametrize("role", ["country_lead", "specialist", "administrator", "observer"])
def test_only_the_operation_lead_changes_state_and_settings(house: House, database: Database, role: str) -> None:
    with pytest.raises(Forbidden), database.write(house.person(role=role)) as tx:
        operations.change_operation_state(tx, house.operation_id, to="closing")
    with pytest.raises(Forbidden), database.write(house.person(role=role)) as tx:
        operations.change_operation_settings(tx, house.operation_id, lease_s=60)

    assert _state(house) == "open"
    assert house.kinds() == []


def test_nobody_claims_after_the_operation_has_closed(house: House, database: Database) -> None:
    lead = house.lead()
    for state in ("closing", "closed"):
        with database.write(house.person(role="operation_lead")) as tx:
            operations.change_operation_state(tx, house.operation_id, to=state)
        with pytest.raises(Closed), database.write(house.person()) as tx:
            claim_lead(tx, lead)


# --- Settings ------------------------------------------------------------------------------------------------------------------


def test_switching_bands_off_hides_them_on_every_open_lead_at_once(house: House, database: Database) -> None:
    from house import Side

    shared, closed = house.lead(), house.lead(Side("PE", "agency"), Side("CL", "agency"))
    before = house.row(Lead, shared).changed_seq

    with database.write(house.person(role="operation_lead")) as tx:
        operations.change_operation_settings(tx, house.operation_id, shows_band=False, lease_s=120)

    for lead in (shared, closed):
        row = house.row(Lead, lead)
        assert (row.bands_shown, row.shown_band) == (False, None)
        assert row.changed_seq > before
    assert house.kinds() == ["operation:setting_changed"] * 2
    assert house.row(Lead, shared).changed_seq == 1
    assert house.row(Operation, house.operation_id).lease_s == 120


def test_a_setting_that_stays_is_not_recorded(house: House, database: Database) -> None:
    with database.write(house.person(role="operation_lead")) as tx:
        operations.change_operation_settings(tx, house.operation_id, shows_band=True, second_from_other_country=True)

    assert house.kinds() == []


@pytest.mark.parametrize("lease_s", [0, 59, 86401])
def test_a_lease_too_short_or_too_long_is_refused(house: House, database: Database, lease_s: int) -> None:
    with pytest.raises(Invalid), database.write(house.person(role="operation_lead")) as tx:
        operations.change_operation_settings(tx, house.operation_id, lease_s=lease_s)


# --- Agencies and members ------------------------------------------------------------------------------------------------------


def test_an_agency_joins_with_its_country_and_jurisdictions(house: House, database: Database) -> None:
    with database.write(house.person(role="operation_lead")) as tx:
        agency = operations.add_new_agency(
            tx,
            house.operation_id,
            country="BO",
            name=f"Unit BO {house.mark}",
            kind="child_protection",
            jurisdictions=["BO"],
            competences=["protection"],
        )

    with database.read(house.person()) as view:
        (joined,) = [row for row in queries.agencies(view.session, house.operation_id) if row.id == agency]
        assert "BO" in [row.country for row in queries.countries(view.session, house.operation_id)]
    assert (joined.jurisdictions, joined.competences, joined.has_package_key) == (["BO"], ["protection"], False)
    assert house.kinds() == ["agency:joined"]


def test_an_agency_joins_once(house: House, database: Database) -> None:
    with pytest.raises(Conflict), database.write(house.person(role="operation_lead")) as tx:
        operations.add_agency(tx, house.operation_id, agency_id=house.agencies["PE"], jurisdictions=[], competences=[])
    with pytest.raises(Invalid), database.write(house.person(role="operation_lead")) as tx:
        operations.add_agency(tx, house.operation_id, agency_id=2**31 - 1, jurisdictions=[], competences=[])
    with pytest.raises(Invalid), database.write(house.person(role="operation_lead")) as tx:
        operations.add_agency(tx, house.operation_id, agency_id=house.agencies["PE"], jurisdictions=["ZZ"], competences=[])
    assert house.kinds() == []


def test_an_operation_lead_invites_into_any_agency(house: House, database: Database) -> None:
    with database.write(house.person("EC", "operation_lead")) as tx:
        invited = operations.invite_member(
            tx, house.operation_id, agency_id=house.agencies["PE"], name="PE · liaison", role="liaison", training=None
        )

    with database.read(invited.user_id) as view:
        assert view.me.roles == {house.operation_id: "liaison"}
        assert view.me.country == "PE"
    assert house.kinds() == ["member:added"]


def test_a_country_lead_invites_into_its_own_agency_only(house: House, database: Database) -> None:
    lead = house.person("EC", "country_lead")

    with database.write(lead) as tx:
        operations.invite_member(tx, house.operation_id, agency_id=house.agencies["EC"], name="EC · x", role="specialist")
    with pytest.raises(Forbidden), database.write(lead) as tx:
        operations.invite_member(tx, house.operation_id, agency_id=house.agencies["PE"], name="PE · x", role="specialist")


@pytest.mark.parametrize(
    ("giver", "role"),
    [
        ("country_lead", "operation_lead"),
        ("country_lead", "observer"),
        ("country_lead", "administrator"),
        ("operation_lead", "administrator"),
        ("specialist", "specialist"),
        ("observer", "specialist"),
    ],
)
def test_nobody_gives_more_than_they_hold(house: House, database: Database, giver: str, role: str) -> None:
    with pytest.raises(Forbidden), database.write(house.person("EC", giver)) as tx:
        operations.invite_member(tx, house.operation_id, agency_id=house.agencies["EC"], name="x", role=role)
    assert house.kinds() == []


def test_nobody_gives_a_role_to_themselves_or_removes_themselves(house: House, database: Database) -> None:
    lead = house.person(role="operation_lead")

    with pytest.raises(Forbidden), database.write(lead) as tx:
        operations.add_member(tx, house.operation_id, user_id=lead, role="observer")
    with pytest.raises(Forbidden), database.write(lead) as tx:
        operations.remove_member(tx, house.operation_id, user_id=lead)


def test_a_member_who_is_removed_sees_nothing_any_more_and_may_come_back(house: House, database: Database) -> None:
    lead, member, boss = house.lead(), house.person(), house.person(role="country_lead")
    with database.read(member) as view:
        assert view.session.get(Lead, lead) is not None

    with database.write(boss) as tx:
        operations.remove_member(tx, house.operation_id, user_id=member)

    with database.read(member) as view:
        assert view.session.get(Lead, lead) is None
        assert view.me.roles == {}
    with pytest.raises(NotFound), database.write(boss) as tx:
        operations.remove_member(tx, house.operation_id, user_id=member)
    with database.write(boss) as tx:
        operations.add_member(tx, house.operation_id, user_id=member, role="analyst")
    assert house.row(Membership, (house.operation_id, member)).role == "analyst"
    assert house.kinds() == ["member:removed", "member:added"]


def test_a_country_lead_removes_no_operation_lead(house: House, database: Database) -> None:
    with pytest.raises(Forbidden), database.write(house.person("EC", "country_lead")) as tx:
        operations.remove_member(tx, house.operation_id, user_id=house.person("EC", "operation_lead"))


def test_a_member_is_not_added_twice_nor_from_an_agency_outside(house: House, database: Database) -> None:
    lead = house.person(role="operation_lead")

    with pytest.raises(Conflict), database.write(lead) as tx:
        operations.add_member(tx, house.operation_id, user_id=house.person("PE"), role="analyst")
    with pytest.raises(Invalid), database.write(lead) as tx:
        operations.add_member(tx, house.operation_id, user_id=2**31 - 1, role="analyst")
    with pytest.raises(Invalid), database.write(lead) as tx:
        operations.invite_member(tx, house.operation_id, agency_id=2**31 - 1, name="x", role="analyst")
    with pytest.raises(Invalid), database.write(lead) as tx:
        operations.invite_member(tx, house.operation_id, agency_id=house.agencies["PE"], name="x", role="king")


def test_an_outsider_finds_no_operation(house: House, database: Database) -> None:
    with pytest.raises(NotFound), database.write(house.outsider()) as tx:
        operations.accept_terms(tx, house.operation_id)
    with database.read(house.outsider()) as view:
        assert queries.operations(view.session) == []
        for find in (queries.operation, queries.terms, queries.operation_settings, queries.wrapped_key):
            with pytest.raises(NotFound):
                find(view.session, house.operation_id)


# --- Series and compartments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "prepared"), [("prepared", True), ("open", False)])
def test_a_series_after_the_opening_counts_as_added(
    workers_database: Database, database: Database, state: str, prepared: bool
) -> None:
    house = House(workers_database, state=state)

    with database.write(house.person(role="analyst")) as tx:
        first = operations.add_series(tx, house.operation_id, label="one")
        second = operations.add_series(tx, house.operation_id, label="two", external_reference="ref", sharing="agency")
    with database.write(house.person(role="analyst")) as tx:
        operations.determine_country(tx, first, country="PE")

    rows = [house.row(Series, each) for each in (first, second)]
    assert [row.number for row in rows] == [1, 2]
    assert {row.was_prepared for row in rows} == {prepared}
    assert rows[0].country_determined == "PE"
    assert rows[0].compartment_id != rows[1].compartment_id
    assert house.kinds() == ["series:added", "series:added", "series:country_determined"]


def test_a_series_of_a_closed_compartment_is_not_there_for_others(house: House, database: Database) -> None:
    with database.write(house.person("EC", "analyst")) as tx:
        series = operations.add_series(tx, house.operation_id, label="one", sharing="agency")

    with pytest.raises(NotFound), database.write(house.person("PE", "analyst")) as tx:
        operations.determine_country(tx, series, country="PE")
    with pytest.raises(NotFound), database.write(house.person("PE", "analyst")) as tx:
        operations.determine_country(tx, UUID(int=0), country="PE")


def test_a_series_of_unknown_sharing_is_refused(house: House, database: Database) -> None:
    with pytest.raises(Invalid), database.write(house.person("EC", "analyst")) as tx:
        operations.add_series(tx, house.operation_id, label="one", sharing="everybody")


def test_the_command_line_lists_the_members_with_the_ids_that_invite_takes(house: House, workers_database: Database) -> None:
    specialist, gone = house.person("EC"), house.person("PE", "analyst")
    house.change("update membership set ends_at = now() where user_id = :id", id=gone)

    with workers_database.read(house.service_id) as view:
        lines = member_lines(view.session, house.operation_id)
        with pytest.raises(NotFound):
            member_lines(view.session, 0)

    assert [line.split("\t")[0::2] for line in lines] == [[str(specialist), "specialist"]]
    assert lines[0].endswith("\tEC")
