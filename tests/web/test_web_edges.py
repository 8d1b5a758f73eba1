"""The application at its edges: an empty installation, a lost database, a proxy, catalogues."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from tests.support.databases import own_database
from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from workspace.commands.people import ensure_service_users
from workspace.errors import Invalid
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.web.app import create_app
from workspace.web.context import master_key, media_store, operation_key
from workspace.web.messages import CATEGORIES, screen_messages
from workspace.web.times import ui_time
from workspace.web.words import word

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

#: frontend/src/entries/board.tsx:1
msgid "Open"
msgstr "Otwarte"

#: templates/base.html:1
msgid "Only on pages"
msgstr "x"

#: frontend/src/entries/board.tsx:2
msgid "Untranslated"
msgstr ""

#: frontend/src/entries/board.tsx:3
msgid "{n} lead"
msgid_plural "{n} leads"
msgstr[0] "one"
msgstr[1] "few"
msgstr[2] "many"
"""


@pytest.fixture(scope="module")
def empty(servers: Any) -> Any:
    """A database in which nobody has set a foot yet: (application's role, workers' role)."""
    urls = own_database(servers, "empty")
    found = Database(urls["concord_app"]), Database(urls["concord_worker"])
    yield found
    for each in found:
        each.dispose()


def test_an_empty_installation_says_how_to_begin_and_is_then_made_once(
    web_settings: Settings, empty: tuple[Database, Database]
) -> None:
    app_rows, workers = empty
    browser = Browser(create_app(web_settings, database=app_rows))

    before = browser.post("/api/v1/sign-in/options")
    made = ensure_service_users(workers)
    after = browser.post("/api/v1/sign-in/options")

    assert (before.status_code, after.status_code) == (503, 200)
    assert "operation create" in before.json["error"]["message"]
    assert made.worker_id != made.housekeeping_id
    with workers.read(made.worker_id) as view:
        kinds = view.session.connection().exec_driver_sql("select kind from event where operation_id = 0 order by seq")
        assert kinds.scalars().all() == ["agency:created", "user:created", "user:created"]


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize(
    "address",
    [
        "/operations/{number}/board",
        "/operations/{operation}/leads/{number}",
        "/operations/{operation}/leads?stage=parked&before={number}",
        "/operations/{operation}/record?before={number}",
        "/operations/{operation}/statistics?edition={number}",
        "/api/v1/operations/{number}/board",
        "/api/v1/operations/{operation}/board/changes?after={number}",
        "/api/v1/operations/{operation}/leads?stage=parked&before={number}",
        "/api/v1/operations/{operation}/record?before={number}",
    ],
)
def test_a_number_that_nothing_can_have_is_answered_without_a_fault_of_ours(
    signed_in: Callable[[int], Browser], operation: TestOperation, address: str, number: int
) -> None:
    answer = signed_in(operation.person()).get(address.format(operation=operation.id, number=number))

    assert answer.status_code in (200, 400, 404, 422)


def test_a_character_that_cannot_be_stored_is_refused_in_a_tokens_label(
    signed_in: Callable[[int], Browser], operation: TestOperation
) -> None:
    browser = signed_in(operation.person())

    for label in ("a\0b", "a\ud800b"):
        answer = browser.post("/api/v1/tokens", {"label": label, "scopes": ["read"]})

        assert answer.status_code == 422
        assert answer.json["error"]["facts"]["faults"] == ["label: holds a character that cannot be stored"]
    assert browser.get("/api/v1/tokens").json == []


def test_a_lost_database_is_said_plainly(web_settings: Settings) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    browser = Browser(create_app(web_settings, database=nowhere))
    browser.use_session("x" * 43)

    page, program = browser.get("/account"), browser.get("/api/v1/me")

    assert (page.status_code, program.status_code) == (503, 503)
    assert "Nothing was changed" in page.text
    assert program.json["error"]["code"] == "unavailable"


def test_an_application_needs_a_database(web_settings: Settings) -> None:
    with pytest.raises(Invalid):
        create_app(replace(web_settings, database_url_app=""))


def test_an_application_opens_the_database_of_its_settings(web_settings: Settings, database: Database) -> None:
    app = create_app(replace(web_settings, database_url_app=database.url))

    opened = app.extensions["concord.database"]
    assert opened.url == database.url
    opened.dispose()


def test_behind_a_named_proxy_its_headers_count_and_otherwise_they_do_not(
    web_settings: Settings, database: Database
) -> None:
    sent = {"X-Forwarded-Host": "concord.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    public = replace(web_settings, public_url="https://concord.example")

    behind = create_app(replace(public, trusted_proxies=1), database=database).test_client()
    alone = create_app(public, database=database).test_client()

    assert behind.get("/sign-in", base_url="http://10.0.0.1", headers=sent).status_code == 200
    assert alone.get("/sign-in", base_url="http://10.0.0.1", headers=sent).status_code == 422


def test_the_catalogue_for_screens_holds_their_words_in_the_order_of_plurals() -> None:
    found = screen_messages(read_po(io.BytesIO(PO.encode()), locale="pl"))

    assert found["Open"] == "Otwarte"
    assert set(found) == {"Open", "{n} lead"}
    forms = dict(zip(CATEGORIES, found["{n} lead"], strict=True))
    assert (forms["one"], forms["few"], forms["many"]) == ("one", "few", "many")


def test_a_code_without_a_word_is_shown_as_it_is(app: Flask) -> None:
    with app.test_request_context(base_url="http://localhost:8000"):
        assert word("lead_stage", "open") == "Open"
        assert word("lead_stage", "unheard_of") == "unheard_of"


def test_times_stand_in_the_named_zone_with_their_exact_form(app: Flask) -> None:
    from datetime import UTC, datetime

    with app.test_request_context(base_url="http://localhost:8000"):
        shown = ui_time(datetime(2026, 11, 9, 13, 0, tzinfo=UTC), "America/Guayaquil")

    assert 'datetime="2026-11-09T13:00:00+00:00"' in shown
    assert "08:00" in shown


def test_the_surroundings_are_opened_once(app: Flask, operation: TestOperation, database: Database) -> None:
    from workspace.store.keys import new_wrapped_key

    with app.test_request_context(base_url="http://localhost:8000"):
        wrapped = new_wrapped_key(master_key(), str(operation.id))
        operation.change("update operation set wrapped_key = :key where id = :id", key=wrapped, id=operation.id)
        with database.read(operation.person()) as view:
            assert operation_key(view.session, operation.id).operation_id == str(operation.id)
        assert media_store() is media_store()
        assert master_key() is master_key()


def test_a_person_without_a_passkey_has_none_to_show(app: Flask, operation: TestOperation, database: Database) -> None:
    from tests.support.http_client import sign_in

    assert sign_in(app, database, operation.person()).post("/api/v1/step-up/options").status_code == 404
