"""Invitation, enrolment, sign-in and step-up, with a real authenticator in software."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from webauthn.helpers import base64url_to_bytes

from tests.support.authenticator import Authenticator
from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workspace.commands.exercise import begin_exercise
from workspace.commands.steps import insert_invitation
from workspace.model import ExerciseSeat
from workspace.model import Session as SessionRow
from workspace.model.database import Database


def _invite(operation: TestOperation, user_id: int) -> str:
    with operation.workers.write(operation.service_id) as tx:
        return insert_invitation(tx, user_id)


def _enrol(browser: Browser, key: Authenticator, invitation: str | None, **changes: Any) -> Any:
    who = {"invitation": invitation} if invitation else {}
    options = browser.post("/api/v1/enrol/options", who)
    if options.status_code != 200:
        return options
    return browser.post("/api/v1/enrol", {**who, "label": "key", "credential": key.create(options.json), **changes})


def _sign_in(browser: Browser, key: Authenticator, which: int = 0) -> Any:
    options = browser.post("/api/v1/sign-in/options")
    return browser.post("/api/v1/sign-in", {"credential": key.get(options.json, which)})


def test_an_invited_person_enrols_a_passkey_and_signs_in_with_it(app: Flask, operation: TestOperation) -> None:
    person, key, browser = operation.person(), Authenticator(), Browser(app)
    invitation = _invite(operation, person)

    page = browser.get(f"/invitation/{invitation}")
    enrolled = _enrol(browser, key, invitation)
    first_look = browser.get("/account")
    out = browser.post("/api/v1/sign-out")
    signed_in = _sign_in(browser, key)

    assert page.status_code == 200
    assert "EC · specialist 1" in page.text
    assert enrolled.status_code == 200
    assert "one passkey only" in first_look.text
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert signed_in.json == {"user": person}
    assert browser.get("/api/v1/me").json["name"] == "EC · specialist 1"


def test_whoever_signs_in_takes_the_seat_from_the_partner_who_plays_it(app: Flask, operation: TestOperation) -> None:
    browser, key, person = Browser(app), Authenticator(), operation.person()
    _enrol(browser, key, _invite(operation, person))
    with operation.workers.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[person])

    _sign_in(Browser(app), key)

    assert operation.row(ExerciseSeat, (operation.id, person)).played_by == "person"


def test_an_invitation_works_once(app: Flask, operation: TestOperation) -> None:
    invitation = _invite(operation, operation.person())
    _enrol(Browser(app), Authenticator(), invitation)

    again = _enrol(Browser(app), Authenticator(), invitation)

    assert again.status_code == 404
    assert Browser(app).get(f"/invitation/{invitation}").status_code == 404


def test_what_was_lost_opens_nothing_once_a_new_invitation_is_used(app: Flask, operation: TestOperation) -> None:
    person, lost, thief = operation.person(), Authenticator(), Browser(app)
    _enrol(thief, lost, _invite(operation, person))
    token = thief.post("/api/v1/tokens", {"label": "program", "scopes": ["read"]}).json["token"]
    astray, invitation = _invite(operation, person), _invite(operation, person)

    assert _enrol(Browser(app), Authenticator(), invitation).status_code == 200

    assert thief.get("/api/v1/me").status_code == 401
    assert _sign_in(Browser(app), lost).status_code == 422
    bearer = {"Authorization": f"Bearer {token}", "Origin": ORIGIN}
    assert app.test_client().get("/api/v1/me", headers=bearer, base_url=ORIGIN).status_code == 401
    assert _enrol(Browser(app), Authenticator(), astray).status_code == 404


def test_a_new_invitation_by_an_administrator_ends_the_one_before(
    app: Flask, signed_in: Callable[[int], Browser], operation: TestOperation
) -> None:
    person, administrator = operation.person(), operation.outsider()
    operation.change("update app_user set is_house_admin = true where id = :id", id=administrator)
    astray = _invite(operation, person)

    assert signed_in(administrator).post(f"/api/v1/users/{person}/invitations").status_code == 200

    assert _enrol(Browser(app), Authenticator(), astray).status_code == 404


def test_an_invitation_ends_after_its_time(app: Flask, operation: TestOperation) -> None:
    person = operation.person()
    invitation = _invite(operation, person)
    operation.change("update invitation set expires_at = now() where user_id = :id", id=person)

    assert Browser(app).get(f"/invitation/{invitation}").status_code == 404
    assert _enrol(Browser(app), Authenticator(), invitation).status_code == 404


def test_a_passkey_without_user_verification_is_refused(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator(verifies_user=False)

    refused = _enrol(browser, key, _invite(operation, operation.person()))

    assert (refused.status_code, refused.json["error"]["code"]) == (422, "invalid")
    assert browser.session is None


def test_a_passkey_made_for_another_address_is_refused(app: Flask, operation: TestOperation) -> None:
    refused = _enrol(
        Browser(app), Authenticator(origin="http://localhost:9999"), _invite(operation, operation.person())
    )

    assert refused.status_code == 422


def test_an_answer_cannot_be_used_twice(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))
    options = browser.post("/api/v1/sign-in/options")
    answer = {"credential": key.get(options.json)}

    first = Browser(app).post("/api/v1/sign-in", answer)
    second = Browser(app).post("/api/v1/sign-in", answer)

    assert first.status_code == 200
    assert (second.status_code, second.json["error"]["code"]) == (409, "conflict")


def test_a_failed_answer_uses_the_challenge_up(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))
    options = browser.post("/api/v1/sign-in/options").json
    other = Authenticator(origin="http://localhost:9999", credentials=key.credentials)

    wrong = browser.post("/api/v1/sign-in", {"credential": other.get(options)})
    right = browser.post("/api/v1/sign-in", {"credential": key.get(options)})

    assert (wrong.status_code, right.status_code) == (422, 409)


def test_a_challenge_for_enrolment_signs_nobody_in(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    invitation = _invite(operation, operation.person())
    _enrol(browser, key, invitation)
    other = _invite(operation, operation.person("PE"))
    options = browser.post("/api/v1/enrol/options", {"invitation": other}).json

    crossed = Browser(app).post("/api/v1/sign-in", {"credential": key.get({**options, "rpId": "localhost"})})

    assert crossed.status_code == 409


def test_a_challenge_ends_after_its_time(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))
    options = browser.post("/api/v1/sign-in/options").json
    operation.change("update challenge set expires_at = now()")

    assert browser.post("/api/v1/sign-in", {"credential": key.get(options)}).status_code == 409


def test_a_disabled_account_cannot_sign_in(app: Flask, operation: TestOperation) -> None:
    browser, key, person = Browser(app), Authenticator(), operation.person()
    _enrol(browser, key, _invite(operation, person))
    operation.change("update app_user set disabled_at = now() where id = :id", id=person)

    assert _sign_in(Browser(app), key).status_code == 401
    assert browser.get("/api/v1/me").status_code == 401


def test_a_passkey_whose_count_goes_back_is_refused(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))
    key.credentials[0].count = 5
    _sign_in(browser, key)
    key.credentials[0].count = 1

    assert _sign_in(Browser(app), key).status_code == 422


def test_an_unknown_passkey_is_refused(app: Flask) -> None:
    key, browser = Authenticator(), Browser(app)
    key.create({"user": {"id": "AAAA"}, "rp": {"id": "localhost"}, "challenge": "AAAA"})

    assert _sign_in(browser, key).status_code == 422


@pytest.mark.parametrize("answer", [{}, {"id": 5, "response": {}}, {"id": "A", "response": {"clientDataJSON": "!"}}])
def test_an_unreadable_answer_is_refused(app: Flask, answer: dict[str, Any]) -> None:
    assert Browser(app).post("/api/v1/sign-in", {"credential": answer}).status_code == 422


def test_a_second_passkey_is_added_while_signed_in(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))

    other = Authenticator()
    second = _enrol(browser, other, None)

    assert second.status_code == 200
    assert len(browser.get("/api/v1/passkeys").json) == 2
    assert "one passkey only" not in browser.get("/account").text
    assert _sign_in(Browser(app), other).status_code == 200


def test_a_passkey_is_not_enrolled_twice(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))
    first = key.credentials[0]
    options = browser.post("/api/v1/enrol/options").json
    assert first.id.hex() in {base64url_to_bytes(row["id"]).hex() for row in options["excludeCredentials"]}
    answer = key.create({**options, "excludeCredentials": []})  # a device that does not keep to it
    key.credentials[-1].id = first.id

    assert browser.post("/api/v1/enrol", {"label": "twice", "credential": answer}).status_code == 200
    assert browser.post("/api/v1/enrol", {"label": "twice", "credential": answer}).status_code == 409


def test_a_session_that_is_not_fresh_must_show_its_passkey_again(app: Flask, operation: TestOperation) -> None:
    browser, key, person = Browser(app), Authenticator(), operation.person()
    _enrol(browser, key, _invite(operation, person))
    operation.change("update session set stepped_up_at = now() - interval '6 minutes' where user_id = :id", id=person)
    token = {"label": "program", "scopes": ["read"]}

    refused = browser.post("/api/v1/tokens", token)
    options = browser.post("/api/v1/step-up/options").json
    stepped = browser.post("/api/v1/step-up", {"credential": key.get(options)})
    allowed = browser.post("/api/v1/tokens", token)

    assert (refused.status_code, refused.json["error"]["code"]) == (403, "step_up_needed")
    assert stepped.status_code == 200
    assert allowed.json["token"].startswith("concord_")


def test_nobody_steps_up_with_anothers_passkey(app: Flask, operation: TestOperation) -> None:
    mine, others = Authenticator(), Authenticator()
    browser = Browser(app)
    _enrol(browser, mine, _invite(operation, operation.person()))
    _enrol(Browser(app), others, _invite(operation, operation.person("PE")))
    options = browser.post("/api/v1/step-up/options").json

    assert browser.post("/api/v1/step-up", {"credential": others.get(options)}).status_code == 422


def test_the_last_passkey_stays(app: Flask, operation: TestOperation) -> None:
    browser, key = Browser(app), Authenticator()
    _enrol(browser, key, _invite(operation, operation.person()))
    _enrol(browser, Authenticator(), None)
    first, second = (row["id"] for row in browser.get("/api/v1/passkeys").json)

    assert browser.send("DELETE", f"/api/v1/passkeys/{first}").status_code == 200
    assert browser.send("DELETE", f"/api/v1/passkeys/{second}").status_code == 409
    assert browser.send("DELETE", f"/api/v1/passkeys/{first}").status_code == 404


def test_signing_in_is_recorded_and_no_secret_is_stored(
    app: Flask, operation: TestOperation, workers_database: Database
) -> None:
    browser, person = Browser(app), operation.person()
    _enrol(browser, Authenticator(), _invite(operation, person))

    with workers_database.read(operation.service_id) as view:
        kinds = (
            view.session.execute(
                text("select kind from event where operation_id = 0 and actor_id = :id order by seq"), {"id": person}
            )
            .scalars()
            .all()
        )
        ids = [row.id for row in view.session.query(SessionRow).filter_by(user_id=person)]

    assert kinds == ["session:started", "passkey:enrolled"]
    assert browser.session is not None
    assert browser.session.encode() not in b"".join(ids)
