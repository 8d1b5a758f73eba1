"""The application over the test's database, and browsers that behave like browsers (Origin, fetch metadata, CSRF
token)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, text

from tests.support.chromium import chromium_browser
from tests.support.http_client import ORIGIN, Browser, sign_in
from tests.support.servers import Web
from tests.support.waiting import LIMIT_MS
from workspace.commands.identity import start_session
from workspace.commands.people import ensure_service_users
from workspace.model.database import Database
from workspace.settings import Settings, read_settings
from workspace.web.app import create_app
from workspace.web.context import COOKIE

Enter = Callable[..., Page]

# A busy machine is slow, not wrong; where a limit is what a test is about, it stands there.
expect.set_options(timeout=LIMIT_MS)


@pytest.fixture(scope="session")
def web_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    from dataclasses import replace

    home = tmp_path_factory.mktemp("web-home")
    base = read_settings()
    return replace(
        base,
        profile="test",
        home=home,
        host="localhost",
        port=8000,
        public_url=ORIGIN,
        media_url=(home / "media").as_uri(),
        key_file=Path(home / "keys" / "master.key"),
    )


@pytest.fixture(scope="session")
def app(web_settings: Settings, database: Database, workers_database: Database) -> Flask:
    ensure_service_users(workers_database)
    return create_app(web_settings, database=database)


@pytest.fixture
def nothing_failed(connection: Connection) -> None:
    """No job of another test has failed for good, which `/health` would tell."""
    connection.execute(text("update job set state = 'done' where state = 'failed'"))
    connection.commit()


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(app)


@pytest.fixture
def signed_in(app: Flask, database: Database) -> Callable[[int], Browser]:
    """`signed_in(user_id)`: a browser with a session of that person, as after a passkey."""
    return lambda user_id: sign_in(app, database, user_id)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Not for the session: while it runs, no other test of this process could start one."""
    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def enter(chromium: Chromium, web: Web, database: Database) -> Iterator[Enter]:
    """`enter(person, path)`: a window of that person's own, with what its browser complained of in `page.faults`."""
    contexts = []

    def open_page(person: int, path: str, *, island: bool = True, **options: Any) -> Page:
        with database.write(person) as tx:
            secret = start_session(tx, how="passkey")
        context = chromium.new_context(base_url=web.url, viewport={"width": 1440, "height": 900}, **options)
        # Set as from https: browsers then send it to http://localhost too, as they do after signing in there.
        context.add_cookies([{"name": COOKIE, "value": secret, "url": "https://localhost/", "secure": True}])
        context.set_default_timeout(LIMIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.faults = []  # type: ignore[attr-defined]  # what a script threw or the content policy refused
        page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda said: page.faults.append(said.text) if "Content Security" in said.text else None)  # type: ignore[attr-defined]
        page.goto(path)
        if island:
            page.locator("[data-live]").get_by_text("Live").wait_for()
        else:
            page.locator("html[data-ready]").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
