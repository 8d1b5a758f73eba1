"""The application over the test's database, and browsers that behave like browsers (Origin, fetch metadata, CSRF
token)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.support.http_client import ORIGIN, Browser, sign_in
from workspace.commands.people import ensure_service_users
from workspace.model.database import Database
from workspace.settings import Settings, read_settings
from workspace.web.app import create_app

# A busy machine is slow, not wrong; where a limit is what a test is about, it stands there.
expect.set_options(timeout=30_000)


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
def stranger(app: Flask) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(app)


@pytest.fixture
def signed_in(app: Flask, database: Database) -> Callable[[int], Browser]:
    """`signed_in(user_id)`: a browser with a session of that person, as after a passkey."""
    return lambda user_id: sign_in(app, database, user_id)
