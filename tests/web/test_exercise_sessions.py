"""An exercise stays an exercise: what came by one click reaches nothing real, and one device serves one account."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.support.authenticator import Authenticator, ServesAlready
from tests.support.http_client import Browser, sign_in
from tests.support.operation import Side, TestOperation
from tests.web.test_identity_passkeys import _enrol, _invite
from workspace.commands.drafts import keep_draft
from workspace.commands.people import ensure_service_users
from workspace.commands.removals import remove_member
from workspace.exchange.referral_package import new_recipient_keypair
from workspace.model import Agency
from workspace.model.database import Database
from workspace.rules.drafts import FormPlace
from workspace.settings import Settings
from workspace.web.app import create_app
from workspace.web.exercise import exercise_links, new_secret


@pytest.fixture
def exercise_app(web_settings: Settings, database: Database, workers_database: Database) -> tuple[Settings, Flask]:
    ensure_service_users(workers_database)
    settings = replace(web_settings, profile="exercise", public_url="")
    new_secret(settings)
    return settings, create_app(settings, database=database)


@pytest.fixture
def real(workers_database: Database) -> TestOperation:
    operation = TestOperation(workers_database)
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    return operation


def by_one_click(app: tuple[Settings, Flask], user: int) -> Browser:
    settings, flask = app
    browser = Browser(flask)
    ((_, link),) = exercise_links(settings, [(user, "x")])
    browser.get(link.removeprefix("http://localhost:8000"))
    return browser


def join(operation: TestOperation, user: int, role: str) -> None:
    operation.change(
        "insert into membership (operation_id, user_id, role, standing) values (:op, :user, :role, 'first')",
        op=operation.id,
        user=user,
        role=role,
    )
    operation.change(
        "update participation set accepted_at = now(), accepted_until = now() + interval '9 days' where operation_id = "
        ":op",
        op=operation.id,
    )


def everything_of(connection_of: Database, user: int, operation_id: int, *, exercises_only: bool) -> dict[str, int]:
    """By table with an operation: how many rows of this operation the person sees."""
    with connection_of.read(user, exercises_only=exercises_only) as view:
        tables = view.session.scalars(
            text(
                "select c.table_name from information_schema.columns c join pg_tables t on t.tablename = c.table_name "
                "and t.schemaname = c.table_schema where c.table_schema = 'public' and c.column_name = 'operation_id' "
                "and has_table_privilege(format('public.%I', t.tablename), 'select')"
            )
        ).all()
        assert len(tables) > 25
        counts = {
            table: view.session.scalar(
                text(f"select count(*) from {table} where operation_id = :id"),
                {"id": operation_id},
            )
            for table in tables
        }
    return {table: count for table, count in counts.items() if count}


def test_a_one_click_session_sees_nothing_of_a_real_operation_and_a_passkey_session_does(
    exercise_app: tuple[Settings, Flask], operation: TestOperation, real: TestOperation, database: Database
) -> None:
    person = operation.person("EC", "country_lead")
    join(real, person, "country_lead")
    lead = real.lead(Side("EC"), Side("PE"))
    real.change("update app_user set agency_id = :agency where id = :id", agency=real.agencies["EC"], id=person)
    with database.write(person) as tx:
        keep_draft(tx, FormPlace(real.id, f"leads/{lead}", "comment"), uuid4(), b"sealed", replaces=[])
        keep_draft(tx, FormPlace(None, "account", "profile"), uuid4(), b"sealed", replaces=[])
    clicked = by_one_click(exercise_app, person)
    with_passkey = sign_in(exercise_app[1], database, person)

    assert len(everything_of(database, person, real.id, exercises_only=False)) > 8
    assert everything_of(database, person, real.id, exercises_only=True) == {}
    paths = (f"/api/v1/operations/{real.id}", f"/api/v1/operations/{real.id}/board", f"/api/v1/leads/{lead}")
    assert [with_passkey.get(path).status_code for path in paths] == [200] * 3
    assert [clicked.get(path).status_code for path in paths] == [404] * 3
    assert clicked.post(f"/api/v1/leads/{lead}/claim").status_code == 404
    assert [each["id"] for each in clicked.get("/api/v1/operations").json] == [operation.id]
    assert clicked.get("/api/v1/me").json["roles"] == {str(operation.id): "country_lead"}
    with database.read(person, exercises_only=True) as view:
        assert view.session.scalar(text("select count(*) from draft")) == 0
    body = {"subject": "account", "form": "profile", "version": str(uuid4()), "fields": {"contact": "desk"}}
    for operation_id, status in ((real.id, 404), (None, 403), (operation.id, 200)):
        answer = clicked.send("PUT", "/api/v1/drafts", body | {"operation": operation_id, "version": str(uuid4())})
        assert answer.status_code == status


def test_a_token_made_by_one_click_reaches_no_further_and_ends_where_links_end(
    exercise_app: tuple[Settings, Flask], operation: TestOperation, real: TestOperation, database: Database
) -> None:
    person = operation.person("EC", "country_lead")
    join(real, person, "country_lead")
    made = by_one_click(exercise_app, person).post("/api/v1/tokens", {"label": "t", "scopes": ["read"]})
    header = {"Authorization": f"Bearer {made.json['token']}"}
    elsewhere = create_app(replace(exercise_app[0], profile="operation"), database=database)

    assert Browser(exercise_app[1]).get(f"/api/v1/operations/{operation.id}", **header).status_code == 200
    assert Browser(exercise_app[1]).get(f"/api/v1/operations/{real.id}", **header).status_code == 404
    assert Browser(elsewhere).get("/api/v1/me", **header).status_code == 401


def test_an_administrator_who_came_by_one_click_makes_no_operation_and_changes_no_account_nor_passkey(
    exercise_app: tuple[Settings, Flask], operation: TestOperation
) -> None:
    admin, other = operation.person("EC", "administrator"), operation.person("PE")
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)
    clicked = by_one_click(exercise_app, admin)
    new = {
        "code_name": "Real",
        "purpose": "p",
        "legal_basis": "l",
        "time_zone": "UTC",
        "opens_at": "2026-01-01T08:00",
        "closes_at": "2026-01-05T18:00",
        "terms": "t",
        "countries": ["EC"],
    }

    answers = [
        clicked.post("/api/v1/operations", new),
        clicked.post("/api/v1/operations", {**new, "is_exercise": True}),
        clicked.post(f"/api/v1/users/{other}/invitations"),
        clicked.post(f"/api/v1/users/{other}/disable"),
        clicked.post("/api/v1/enrol/options", {}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert clicked.get("/operations/new").status_code == 404
    assert "one-click link of the exercise" in clicked.get("/operations").text
    assert "one-click link of the exercise" in clicked.get("/account").text


def test_a_link_of_an_exercise_changes_no_key_of_an_agency_that_takes_part_in_a_real_operation(
    exercise_app: tuple[Settings, Flask], operation: TestOperation, real: TestOperation, database: Database
) -> None:
    liaison, agency = operation.person("EC", "liaison"), operation.agencies["EC"]
    path, key = f"/api/v1/agencies/{agency}/package-key", {"public_key": new_recipient_keypair()[0]}
    clicked = by_one_click(exercise_app, liaison)
    assert clicked.post(path, key).status_code == 200
    operation.change(
        "insert into operation_agency (operation_id, agency_id, jurisdictions, competences) values (:op, :agency, "
        "'{EC}', '{protection}')",
        op=real.id,
        agency=agency,
    )

    other = {"public_key": new_recipient_keypair()[0]}
    refused = clicked.post(path, other)

    assert (refused.status_code, refused.json["error"]["code"]) == (403, "forbidden")
    assert operation.row(Agency, agency).package_public_key == key["public_key"]
    assert sign_in(exercise_app[1], database, liaison).post(path, other).status_code == 200


def test_whoever_makes_an_operation_beside_an_exercise_is_told_that_links_do_not_open_it(
    exercise_app: tuple[Settings, Flask], app: Flask, operation: TestOperation, database: Database
) -> None:
    admin = operation.person("EC", "administrator")
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)

    assert (
        "open no operation that is not marked" in sign_in(exercise_app[1], database, admin).get("/operations/new").text
    )
    assert "open no operation that is not marked" not in sign_in(app, database, admin).get("/operations/new").text


def test_nobody_makes_an_exercise_real_or_a_real_operation_an_exercise(
    operation: TestOperation, database: Database
) -> None:
    admin = operation.person("EC", "administrator")
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)

    for value in ("true", "false"):
        with pytest.raises(ProgrammingError, match="permission denied"), database.write(admin) as tx:
            tx.session.execute(text(f"update operation set is_exercise = {value}"))


# --- Invitations ------------------------------------------------------------------------------------------------------


def test_no_token_invites_anybody_anywhere(app: Flask, operation: TestOperation, database: Database) -> None:
    admin, other = operation.person("EC", "administrator"), operation.person("PE")
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)
    browser = sign_in(app, database, admin)
    scopes = ["read", "write", "intake", "referrals", "admin"]
    token = browser.post("/api/v1/tokens", {"label": "t", "scopes": scopes}).json["token"]
    agency = operation.agencies["EC"]
    before = operation.kinds()

    answers = [
        Browser(app).post(path, body, Authorization=f"Bearer {token}")
        for path, body in (
            (f"/api/v1/operations/{operation.id}/members", {"agency_id": agency, "name": "n", "role": "specialist"}),
            (f"/api/v1/users/{other}/invitations", None),
            ("/api/v1/users", {"agency_id": agency, "name": "n"}),
        )
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert operation.kinds() == before


def test_a_removed_members_invitation_is_dead_and_that_of_whoever_belongs_elsewhere_lives(
    app: Flask, operation: TestOperation, real: TestOperation, database: Database
) -> None:
    boss, gone, elsewhere = (operation.person("EC", role) for role in ("country_lead", "specialist", "analyst"))
    join(real, elsewhere, "specialist")
    links = [_invite(operation, gone), _invite(operation, elsewhere)]

    with database.write(boss) as tx:
        remove_member(tx, operation.id, user_id=gone)
        remove_member(tx, operation.id, user_id=elsewhere)

    assert [Browser(app).get(f"/invitation/{link}").status_code for link in links] == [404, 200]
    assert _enrol(Browser(app), Authenticator(), links[0]).status_code == 404


def test_a_device_that_serves_an_account_of_the_operation_makes_no_passkey_for_another_one(
    app: Flask, operation: TestOperation, real: TestOperation
) -> None:
    key, one, other = Authenticator(), operation.person("EC"), operation.person("PE")
    _enrol(Browser(app), key, _invite(operation, one))

    with pytest.raises(ServesAlready):
        _enrol(Browser(app), key, _invite(operation, other))
    operation.change("update membership set ends_at = now() where user_id = :id", id=one)
    with pytest.raises(ServesAlready):
        _enrol(Browser(app), key, _invite(operation, other))

    assert _enrol(Browser(app), Authenticator(), _invite(operation, other)).status_code == 200
    assert (
        _enrol(Browser(app), key, _invite(real, real.person("CL"))).status_code == 200
    )  # shares no operation with one
    assert _enrol(Browser(app), key, _invite(operation, one)).status_code == 200  # the own device takes its own place
