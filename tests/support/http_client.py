"""A browser for tests: Flask's client with what a real browser sends by itself."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from workspace.commands.identity import start_session
from workspace.model.database import Database
from workspace.web.context import COOKIE

ORIGIN = "http://localhost:8000"


class Browser:
    """Keeps cookies, says where a request comes from, and sends the CSRF token of the page it last loaded."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.csrf: str | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        sent = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", **_named(headers)}
        answer = self.client.get(path, base_url=ORIGIN, headers=sent)
        found = re.search(r'<meta name="csrf-token" content="(\w+)">', answer.get_data().decode("utf-8", "replace"))
        if found:
            self.csrf = found[1]
        return answer

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send as our own pages' scripts do; the CSRF token is read from a page first if none was seen."""
        if self.csrf is None and self.session is not None:
            self.get("/account")
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": self.csrf or "", **_named(headers)}
        return self.client.open(path, base_url=ORIGIN, method=method, json=body, headers=sent)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, {} if body is None else body, **headers)

    @property
    def session(self) -> str | None:
        """The secret of the session cookie."""
        found = self.client.get_cookie(COOKIE, domain="localhost")
        return found.value if found else None

    def use_session(self, secret: str) -> None:
        self.client.set_cookie(COOKIE, secret, domain="localhost", secure=True, path="/")


def sign_in(app: Flask, database: Database, user_id: int, how: str = "passkey") -> Browser:
    """A browser with a fresh session of the person."""
    with database.write(user_id) as tx:
        secret = start_session(tx, how=how)
    browser = Browser(app)
    browser.use_session(secret)
    return browser


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
