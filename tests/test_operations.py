"""Operations from their making to their end: who may do it, what is recorded, what nobody can give."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.support.operation import TestOperation
from tests.support.servers import ROOT, Servers, environment
from tests.support.waiting import LIMIT_S
from workspace.cli.main import parser
from workspace.cli.operation import add_first_administrator, member_lines
from workspace.cli.run import sweep_spool
from workspace.commands import operations, people, removals
from workspace.commands.claims import claim_lead
from workspace.commands.people import ensure_service_users
from workspace.commands.terms import accept_terms
from workspace.errors import Closed, Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from workspace.model import Event, Lead, Membership, Operation, Participation, User
from workspace.model.database import Database
from workspace.queries import operations as queries
from workspace.settings import settings
from workspace.store.keys import load_or_create_master, new_wrapped_key, unwrap

MASTER = bytes(range(32))


def _create(
    workers: Database, *, countries: Sequence[str] = ("EC", "PE"), **changes: Any
) -> tuple[int, people.Invited]:
    service = ensure_service_users(workers)
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
        invited = add_first_administrator(
            tx, operation_id, countries=countries, agency="Coordination", name="Administrator"
        )
    return operation_id, invited


def _state(operation: TestOperation) -> str:
    return str(operation.row(Operation, operation.id).state)


# --- The installation -------------------------------------------------------------------------------------------------


def test_the_service_users_are_made_once(workers_database: Database, database: Database) -> None:
    first = ensure_service_users(workers_database)

    assert ensure_service_users(workers_database) == first
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
    with workers_database.read(ensure_service_users(workers_database).worker_id) as view:
        kinds = view.session.scalars(
            select(Event.kind).where(Event.operation_id == operation_id).order_by(Event.seq)
        ).all()
    assert kinds == ["operation:created", "agency:joined", "member:added"]


def test_two_operations_have_two_keys(workers_database: Database) -> None:
    first, second = (_create(workers_database)[0] for _ in range(2))

    with workers_database.read(ensure_service_users(workers_database).worker_id) as view:
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


def test_only_an_administrator_of_the_installation_makes_operations_and_accounts(
    operation: TestOperation, database: Database
) -> None:
    with pytest.raises(Forbidden), database.write(operation.person(role="operation_lead")) as tx:
        operations.add_first_member(tx, operation.id, user_id=operation.outsider(), role="specialist")
    with pytest.raises(Forbidden), database.write(operation.person(role="operation_lead")) as tx:
        people.create_agency(tx, country="EC", name="x", kind="police")
    with pytest.raises(Forbidden), database.write(operation.person(role="administrator")) as tx:
        people.create_user(tx, agency_id=operation.agencies["EC"], name="x")
    with pytest.raises(Forbidden), database.write(operation.person(role="administrator")) as tx:
        people.invite_user(tx, operation.person("PE"))


def test_an_administrator_of_the_installation_works_through_the_applications_role(
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
def test_the_database_itself_lets_nobody_change_what_an_account_is(
    operation: TestOperation, database: Database, column: str
) -> None:
    value = operation.agencies["PE"] if column == "agency_id" else True
    with database.write(operation.person(role="administrator")) as tx:
        allowed = tx.session.execute(
            text("select has_column_privilege('app_user', :column, 'update')"), {"column": column}
        ).scalar_one()

    assert allowed is False
    assert getattr(operation.row(User, operation.person(role="administrator")), column) != value


# --- Terms and states -------------------------------------------------------------------------------------------------


def test_nothing_is_seen_before_the_own_country_has_accepted(operation: TestOperation, database: Database) -> None:
    operation.change(
        "update participation set accepted_at = null where operation_id = :id and country = 'PE'", id=operation.id
    )
    lead, lead_of_pe = operation.lead(), operation.person("PE", "country_lead")

    with database.read(lead_of_pe) as view:
        assert queries.operation(view.session, operation.id).accepted is False
        assert view.session.get(Lead, lead) is None
    with database.write(lead_of_pe) as tx:
        accept_terms(tx, operation.id, face_recognition=False)

    with database.read(lead_of_pe) as view:
        assert queries.operation(view.session, operation.id).accepted is True
        assert view.session.get(Lead, lead) is not None
    part = operation.row(Participation, (operation.id, "PE"))
    assert (part.accepted_by, part.face_recognition, part.shares_known_count) == (lead_of_pe, False, True)
    assert operation.kinds()[-1] == "terms:accepted"


def test_a_country_accepts_once_and_only_for_itself(operation: TestOperation, database: Database) -> None:
    operation.change(
        "update participation set accepted_at = null where operation_id = :id and country <> 'EC'", id=operation.id
    )

    with pytest.raises(Conflict), database.write(operation.person("EC", "country_lead")) as tx:
        accept_terms(tx, operation.id)
    with pytest.raises(Forbidden), database.write(operation.person("PE", "specialist")) as tx:
        accept_terms(tx, operation.id)
    assert operation.row(Participation, (operation.id, "PE")).accepted_at is None


def test_an_operation_goes_on_step_by_step_and_never_back(workers_database: Database, database: Database) -> None:
    operation = TestOperation(workers_database, state="prepared")
    lead = operation.person(role="operation_lead")

    for state in ("open", "closing", "closed", "follow_up"):
        for wrong in {"prepared", "open", "closing", "closed", "follow_up"} - {state}:
            with pytest.raises(Conflict), database.write(lead) as tx:
                operations.change_operation_state(tx, operation.id, to=wrong)
        with database.write(lead) as tx:
            operations.change_operation_state(tx, operation.id, to=state)
        assert _state(operation) == state

    assert operation.kinds() == ["operation:state_changed"] * 4


@pytest.mark.parametrize("role", ["country_lead", "specialist", "administrator", "observer"])
def test_only_the_operation_lead_changes_state_and_settings(
    operation: TestOperation, database: Database, role: str
) -> None:
    with pytest.raises(Forbidden), database.write(operation.person(role=role)) as tx:
        operations.change_operation_state(tx, operation.id, to="closing")
    with pytest.raises(Forbidden), database.write(operation.person(role=role)) as tx:
        operations.change_operation_settings(tx, operation.id, lease_s=60)

    assert _state(operation) == "open"
    assert operation.kinds() == []


def test_nobody_claims_after_the_operation_has_closed(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    for state in ("closing", "closed"):
        with database.write(operation.person(role="operation_lead")) as tx:
            operations.change_operation_state(tx, operation.id, to=state)
        with pytest.raises(Closed), database.write(operation.person()) as tx:
            claim_lead(tx, lead)


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_switching_bands_off_hides_them_on_every_open_lead_at_once(
    operation: TestOperation, database: Database
) -> None:
    from tests.support.operation import Side

    shared, closed = operation.lead(), operation.lead(Side("PE", "agency"), Side("CL", "agency"))
    before = operation.row(Lead, shared).changed_seq

    with database.write(operation.person(role="operation_lead")) as tx:
        operations.change_operation_settings(tx, operation.id, shows_band=False, lease_s=120)

    for lead in (shared, closed):
        row = operation.row(Lead, lead)
        assert (row.bands_shown, row.shown_band) == (False, None)
        assert row.changed_seq > before
    assert sorted(operation.kinds()) == [*["operation:setting_changed"] * 2, "terms:changed"]
    assert operation.row(Lead, shared).changed_seq == 1
    assert operation.row(Operation, operation.id).lease_s == 120


def test_a_setting_that_stays_is_not_recorded(operation: TestOperation, database: Database) -> None:
    with database.write(operation.person(role="operation_lead")) as tx:
        operations.change_operation_settings(tx, operation.id, shows_band=True, second_from_other_country=True)

    assert operation.kinds() == []


@pytest.mark.parametrize("lease_s", [0, 59, 86401])
def test_a_lease_too_short_or_too_long_is_refused(operation: TestOperation, database: Database, lease_s: int) -> None:
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)

    with pytest.raises(Invalid), database.write(operation.person(role="operation_lead")) as tx:
        operations.change_operation_settings(tx, operation.id, lease_s=lease_s)


# --- Agencies and members ---------------------------------------------------------------------------------------------


def test_an_agency_joins_with_its_country_and_jurisdictions(operation: TestOperation, database: Database) -> None:
    with database.write(operation.person(role="operation_lead")) as tx:
        agency, _ = operations.add_new_agency(
            tx,
            operation.id,
            country="BO",
            name=f"Unit BO {operation.mark}",
            kind="child_protection",
            jurisdictions=["BO"],
            competences=["protection"],
        )

    with database.read(operation.person()) as view:
        (joined,) = [row for row in queries.agencies(view.session, operation.id) if row.id == agency]
        assert "BO" in [row.country for row in queries.countries(view.session, operation.id)]
    assert (joined.jurisdictions, joined.competences, joined.has_package_key) == (["BO"], ["protection"], False)
    assert operation.kinds() == ["terms:changed", "agency:joined"]


def test_an_agency_joins_once(operation: TestOperation, database: Database) -> None:
    with pytest.raises(Conflict), database.write(operation.person(role="operation_lead")) as tx:
        operations.add_agency(tx, operation.id, agency_id=operation.agencies["PE"], jurisdictions=[], competences=[])
    with pytest.raises(Invalid), database.write(operation.person(role="operation_lead")) as tx:
        operations.add_agency(tx, operation.id, agency_id=2**31 - 1, jurisdictions=[], competences=[])
    with pytest.raises(Invalid), database.write(operation.person(role="operation_lead")) as tx:
        operations.add_agency(
            tx, operation.id, agency_id=operation.agencies["PE"], jurisdictions=["ZZ"], competences=[]
        )
    assert operation.kinds() == []


@pytest.mark.parametrize("giver", ["operation_lead", "administrator"])
def test_another_agencys_first_person_is_brought_in_and_brings_in_the_others(
    operation: TestOperation, database: Database, giver: str
) -> None:
    boss, theirs = operation.person("EC", giver), {"agency_id": operation.agencies["PE"]}
    with pytest.raises(Forbidden), database.write(boss) as tx:
        operations.invite_member(tx, operation.id, name="PE · x", role="specialist", **theirs)

    with database.write(boss) as tx:
        invited = operations.invite_member(tx, operation.id, name="PE · country lead", role="country_lead", **theirs)
    with pytest.raises(Forbidden), database.write(boss) as tx:
        operations.invite_member(tx, operation.id, name="PE · puppet", role="country_lead", **theirs)
    with database.write(boss) as tx:
        operations.invite_member(tx, operation.id, name="PE · observer", role="observer", **theirs)
    with pytest.raises(Forbidden, match="newcomer"), database.write(invited.user_id) as tx:
        operations.invite_member(tx, operation.id, name="PE · specialist", role="specialist", **theirs)
    operation.meet(invited.user_id)
    with database.write(invited.user_id) as tx:
        operations.invite_member(tx, operation.id, name="PE · specialist", role="specialist", **theirs)

    with database.read(invited.user_id) as view:
        assert view.me.roles == {operation.id: "country_lead"}
        assert view.me.country == "PE"
    assert operation.kinds() == ["member:added"] * 3


def test_whoever_removes_an_agencys_people_cannot_take_their_place(
    operation: TestOperation, database: Database
) -> None:
    boss, theirs, other = (
        operation.person("EC", "operation_lead"),
        operation.person("PE"),
        operation.person("CL", "country_lead"),
    )
    with database.write(boss) as tx:
        removals.propose_removal(tx, operation.id, user_id=theirs, reason="he left")
    with database.write(other) as tx:
        removals.confirm_removal(tx, operation.id, user_id=theirs)
    puppet = {"agency_id": operation.agencies["PE"], "name": "PE · puppet", "role": "country_lead"}

    with pytest.raises(Forbidden, match="has people in this operation"), database.write(boss) as tx:
        operations.invite_member(tx, operation.id, **puppet)

    operation.change("update app_user set disabled_at = now() where id = :id", id=theirs)
    with database.write(boss) as tx:
        operations.invite_member(tx, operation.id, **puppet)


def test_the_country_lead_of_a_countrys_second_agency_is_brought_in_by_its_first(
    operation: TestOperation, database: Database
) -> None:
    lead, theirs = operation.person("EC", "operation_lead"), operation.person("PE", "country_lead")
    facts: Any = {"country": "PE", "kind": "child_protection", "jurisdictions": ["PE"], "competences": ["protection"]}
    with database.write(theirs) as tx:
        second, _ = operations.add_new_agency(tx, operation.id, name=f"Second {operation.mark}", **facts)

    with pytest.raises(Forbidden, match="Its country lead"), database.write(lead) as tx:
        operations.invite_member(tx, operation.id, agency_id=second, name="PE · puppet", role="country_lead")
    with pytest.raises(Forbidden), database.write(theirs) as tx:
        operations.invite_member(tx, operation.id, agency_id=second, name="PE · too much", role="specialist")
    with database.write(theirs) as tx:
        operations.invite_member(tx, operation.id, agency_id=second, name="PE · second lead", role="country_lead")
    with database.write(lead) as tx, pytest.raises(Forbidden, match="has people in this operation"):
        operations.invite_member(tx, operation.id, agency_id=second, name="PE · recipient", role="recipient")


def test_a_country_lead_invites_into_its_own_agency_only(operation: TestOperation, database: Database) -> None:
    lead = operation.person("EC", "country_lead")

    with database.write(lead) as tx:
        operations.invite_member(tx, operation.id, agency_id=operation.agencies["EC"], name="EC · x", role="specialist")
    with pytest.raises(Forbidden), database.write(lead) as tx:
        operations.invite_member(tx, operation.id, agency_id=operation.agencies["PE"], name="PE · x", role="specialist")


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
def test_nobody_gives_more_than_they_hold(operation: TestOperation, database: Database, giver: str, role: str) -> None:
    with pytest.raises(Forbidden), database.write(operation.person("EC", giver)) as tx:
        operations.invite_member(tx, operation.id, agency_id=operation.agencies["EC"], name="x", role=role)
    assert operation.kinds() == []


def test_nobody_gives_a_role_to_themselves_or_removes_themselves(operation: TestOperation, database: Database) -> None:
    lead = operation.person(role="operation_lead")

    with pytest.raises(Forbidden), database.write(lead) as tx:
        operations.add_member(tx, operation.id, user_id=lead, role="observer")
    with pytest.raises(Forbidden), database.write(lead) as tx:
        removals.remove_member(tx, operation.id, user_id=lead)


def test_a_member_who_is_removed_sees_nothing_any_more_and_may_come_back(
    operation: TestOperation, database: Database
) -> None:
    lead, member, boss = operation.lead(), operation.person(), operation.person(role="country_lead")
    with database.read(member) as view:
        assert view.session.get(Lead, lead) is not None

    with database.write(boss) as tx:
        removals.remove_member(tx, operation.id, user_id=member)

    with database.read(member) as view:
        assert view.session.get(Lead, lead) is None
        assert view.me.roles == {}
    with pytest.raises(NotFound), database.write(boss) as tx:
        removals.remove_member(tx, operation.id, user_id=member)
    with database.write(boss) as tx:
        operations.add_member(tx, operation.id, user_id=member, role="analyst")
    assert operation.row(Membership, (operation.id, member)).role == "analyst"
    assert operation.kinds() == ["member:removed", "member:added"]


def test_a_country_lead_removes_no_operation_lead(operation: TestOperation, database: Database) -> None:
    with pytest.raises(Forbidden), database.write(operation.person("EC", "country_lead")) as tx:
        removals.remove_member(tx, operation.id, user_id=operation.person("EC", "operation_lead"))


def test_a_member_is_not_added_twice_nor_from_an_agency_outside(operation: TestOperation, database: Database) -> None:
    lead = operation.person(role="operation_lead")

    with pytest.raises(Conflict), database.write(lead) as tx:
        operations.add_member(tx, operation.id, user_id=operation.person("EC"), role="analyst")
    with pytest.raises(Invalid), database.write(lead) as tx:
        operations.add_member(tx, operation.id, user_id=2**31 - 1, role="analyst")
    with pytest.raises(Invalid), database.write(lead) as tx:
        operations.invite_member(tx, operation.id, agency_id=2**31 - 1, name="x", role="analyst")
    with pytest.raises(Invalid), database.write(lead) as tx:
        operations.invite_member(tx, operation.id, agency_id=operation.agencies["PE"], name="x", role="king")


def test_an_outsider_finds_no_operation(operation: TestOperation, database: Database) -> None:
    with pytest.raises(NotFound), database.write(operation.outsider()) as tx:
        accept_terms(tx, operation.id)
    with database.read(operation.outsider()) as view:
        assert queries.operations(view.session) == []
        for find in (queries.operation, queries.terms, queries.operation_settings, queries.wrapped_key):
            with pytest.raises(NotFound):
                find(view.session, operation.id)


def command(servers: Servers, *arguments: str, **changes: str) -> tuple[int, list[str]]:
    """A command as a person gives it; its exit code and what it says to the terminal."""
    base = environment(servers.urls, servers.redis_url, servers.media_url, servers.home)
    ended = subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=base | changes,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    return ended.returncode, ended.stderr.splitlines()


CREATE = ("operation", "create", "--code-name", "Harbour", "--country")


def test_the_command_line_names_what_it_refuses(
    servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone.txt")

    assert command(servers, *CREATE, "ZZ") == (
        1,
        ["These countries are unknown.", "  country: ZZ is not a code of ISO 3166-1"],
    )
    assert command(servers, *CREATE, "EC", "--terms", gone) == (
        1,
        [f"{gone} cannot be read: No such file or directory."],
    )
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(
            ["intake", "--operation", "1", "--country", "EC", "--exhibit", "A", "--manifest", "zz", "."]
        )
    said = capsys.readouterr().err.splitlines()[-1]
    assert (ended.value.code, said.endswith("zz is no SHA-256: 64 hexadecimal digits")) == (2, True)


def test_an_intake_on_the_machine_is_somebodys_act_and_can_be_run_again(
    servers: Servers, operation: TestOperation, tmp_path: Path
) -> None:
    key = new_wrapped_key(load_or_create_master(servers.home / "keys" / "master.key"), str(operation.id))
    operation.change(
        "update operation set wrapped_key = :key, is_exercise = false where id = :id", key=key, id=operation.id
    )
    specialist, pack = operation.person("EC", "specialist"), str(servers.home / "own-pack")
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(64))
    intake = ("intake", "--operation", str(operation.id), "--country", "EC", "--exhibit", "A")

    code, said = command(servers, *intake, str(tmp_path), CONCORD_PACK_DIR=pack)
    assert (code, said[-1].endswith(f"Of EC: {specialist} (EC · specialist 1).")) == (1, True)
    assert operation.kinds() == []
    for _ in range(2):
        assert command(servers, *intake, "--as", str(specialist), str(tmp_path), CONCORD_PACK_DIR=pack)[0] == 0

    with operation.workers.read(operation.service_id) as view:
        actors = view.session.scalars(select(Event.actor_id).where(Event.operation_id == operation.id)).all()
    assert (operation.kinds(), set(actors)) == (["exhibit:received", "intake:ended"], {specialist})


def test_settings_that_cannot_be_used_are_told_in_one_line(servers: Servers, tmp_path: Path) -> None:
    code, said = command(
        servers, "operation", "list", CONCORD_PORT="x", CONCORD_WORKERS="0", CONCORD_REDIS_URL_FILE=f"{tmp_path}/a"
    )

    assert (code, len(said)) == (1, 1)
    assert "CONCORD_PORT is 'x'; use a whole number from 1 to 65535" in said[0]
    assert "CONCORD_WORKERS is '0'" in said[0]
    assert f"CONCORD_REDIS_URL_FILE: {tmp_path}/a cannot be read" in said[0]


def test_a_database_that_is_away_or_no_database_is_told_in_one_line(servers: Servers) -> None:
    away = "postgresql+psycopg://concord_owner:secret-word@127.0.0.1:9/concord"

    code, said = command(servers, "operation", "list", CONCORD_DATABASE_URL_OWNER=away)
    wrong = command(servers, "operation", "list", CONCORD_DATABASE_URL_OWNER="concord")

    assert (code, len(said)) == (1, 1)
    assert said[0].startswith("PostgreSQL does not answer: ")
    assert "secret-word" not in said[0]
    assert wrong == (1, ["CONCORD_DATABASE_URL_OWNER is no URL of a database (postgresql+psycopg://…)."])


def test_whoever_starts_sweeps_what_a_killed_process_left_unfinished_more_than_a_day_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_MEDIA_URL", tmp_path.as_uri())
    settings.cache_clear()
    for name, age_h in (("incoming-old", 25), ("incoming-now", 1)):
        path = tmp_path / ".spool" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"part")
        os.utime(path, (time.time() - age_h * 3600,) * 2)

    sweep_spool()

    settings.cache_clear()
    assert [path.name for path in (tmp_path / ".spool").iterdir()] == ["incoming-now"]


def test_the_command_line_lists_the_members_with_the_ids_that_invite_takes(
    operation: TestOperation, workers_database: Database
) -> None:
    specialist, gone = operation.person("EC"), operation.person("PE", "analyst")
    operation.change("update membership set ends_at = now() where user_id = :id", id=gone)

    with workers_database.read(operation.service_id) as view:
        lines = member_lines(view.session, operation.id)
        with pytest.raises(NotFound):
            member_lines(view.session, 0)

    assert [(number, role, country) for number, _, role, country in lines] == [(specialist, "specialist", "EC")]
