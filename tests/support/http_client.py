"""A browser for tests: Flask's client with what a real browser sends by itself. It reads every answer by the route's
own type."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from workspace.commands.identity import start_session
from workspace.model.database import Database
from workspace.web.answers import Bare, File, adapter, answer_of
from workspace.web.context import COOKIE

ORIGIN = "http://localhost:8000"


class Browser:
    """Keeps cookies, says where a request comes from, and sends the CSRF token of the page it last loaded."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.csrf: str | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        sent = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", **_named(headers)}
        answer = self._read(self.client.get(path, base_url=ORIGIN, headers=sent))
        found = re.search(r'<meta name="csrf-token" content="(\w+)">', answer.get_data().decode("utf-8", "replace"))
        if found:
            self.csrf = found[1]
        return answer

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send as our own pages' scripts do; the CSRF token is read from a page first if none was seen."""
        if self.csrf is None and self.session is not None:
            self.get("/account")
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": self.csrf or "", **_named(headers)}
        return self._read(self.client.open(path, base_url=ORIGIN, method=method, json=body, headers=sent))

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, {} if body is None else body, **headers)

    def _read(self, answer: TestResponse) -> TestResponse:
        require_documented(self.client.application, answer)
        return answer

    @property
    def session(self) -> str | None:
        """The secret of the session cookie."""
        found = self.client.get_cookie(COOKIE, domain="localhost")
        return found.value if found else None

    def use_session(self, secret: str) -> None:
        self.client.set_cookie(COOKIE, secret, domain="localhost", secure=True, path="/")


def require_documented(app: Flask, answer: TestResponse) -> None:
    """Pass if a success of the API is what its route's return type says: no other status, no other field, no other type
    of value."""
    path, method = answer.request.path, answer.request.method
    if answer.status_code >= 300 or not path.startswith("/api/"):
        return
    endpoint, _values = app.url_map.bind("localhost").match(path, method)
    said = answer_of(app.view_functions[endpoint])
    if said is None:
        return
    assert answer.status_code in said.statuses, f"{endpoint} answered {answer.status_code}"
    if isinstance(said.content, File):
        assert answer.mimetype == said.content.media_type
    elif isinstance(said.content, Bare):
        assert not answer.get_data()
        assert set(said.content.headers) <= set(answer.headers.keys())
    else:
        adapter(said.content).validate_json(answer.get_data(), strict=True, extra="forbid")


def sign_in(app: Flask, database: Database, user_id: int, how: str = "passkey") -> Browser:
    """A browser with a fresh session of the person."""
    with database.write(user_id) as tx:
        secret = start_session(tx, how=how)
    browser = Browser(app)
    browser.use_session(secret)
    return browser


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
