"""A seat's session: the public HTTP API, as a browser uses it.

What a partner does goes through here and through nothing else. Must not know rows, commands or the truth.
"""

from __future__ import annotations

import http.client
import json
import re
import secrets
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
"""An answer of the API, which its OpenAPI document describes."""

TIMEOUT_S = 30.0
KEPT_S = 1.0
"""How long an idle connection is trusted: a write on one that the server closed could not be told from a write that was
done."""


class Refused(Exception):
    """The server answered no. status: of HTTP; code: of the refusal."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class SignedOut(Refused):
    """The session has ended, or nobody may sign in here: a person plays the seat, or a new run has new links."""


class Away(Exception):
    """The server did not answer, twice, or said that it cannot just now. A write may have been done."""


class Client:
    """One session; it signs in by itself when it is first used, and again after `SignedOut`."""

    def __init__(self, origin: str, sign_in: Callable[[], str], *, host: str = "") -> None:
        """origin: where browsers reach the server. sign_in: the path of the link. host: where it listens, if
        elsewhere."""
        parts = urlsplit(origin)
        self._origin, self._sign_in = f"{parts.scheme}://{parts.netloc}", sign_in
        self._connection = http.client.HTTPConnection(
            host or parts.hostname or "localhost", parts.port or 80, timeout=TIMEOUT_S
        )
        self._used_at = 0.0
        self._cookie = self._csrf = ""

    def get(self, path: str) -> Any:
        """Read a route of the API. Raises: Refused, SignedOut, Away."""
        return json.loads(self._ask("GET", path))

    def picture(self, path: str) -> bytes:
        """Read a picture. Raises: Refused, SignedOut, Away."""
        return self._ask("GET", path)

    def send(self, method: str, path: str, body: Json | None = None) -> Any:
        """Write by a route of the API; answers what it answered, None if nothing. Where the line breaks it is sent
        again, once, under the same key: it is stored once.

        Raises: Refused, SignedOut, Away.
        """
        key, said = secrets.token_hex(16), {} if body is None else body
        try:
            answer = self._ask(method, path, said, key=key)
        except Away:
            answer = self._ask(method, path, said, key=key)
        return json.loads(answer) if answer.strip() else None

    def post(self, path: str, body: Json | None = None) -> Any:
        """Write by POST. Raises: Refused, SignedOut, Away."""
        return self.send("POST", path, body)

    @property
    def cookie(self) -> str:
        """The session's cookie, as a header says it; signs in first if need be. Raises: SignedOut, Away."""
        self._be_signed_in()
        return self._cookie

    def close(self) -> None:
        """Forget the session and the connection."""
        self._connection.close()
        self._cookie = self._csrf = ""

    def _ask(self, method: str, path: str, body: Json | None = None, *, key: str = "") -> bytes:
        self._be_signed_in()
        headers = {
            "Cookie": self._cookie,
            "Origin": self._origin,
            "Sec-Fetch-Site": "same-origin",
            "X-CSRF-Token": self._csrf,
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = key
        status, _, answer = self._request(method, path, headers, None if body is None else json.dumps(body))
        if status == 401:
            self.close()
            raise SignedOut(*_refusal(status, answer))
        if status >= 500:
            raise Away(f"{method} {path} was answered {status}")
        if status >= 400:
            raise Refused(*_refusal(status, answer, f"{method} {path}: "))
        return answer

    def _be_signed_in(self) -> None:
        if self._cookie:
            return
        navigating = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        status, message, answer = self._request("GET", self._sign_in(), navigating, None)
        if status >= 500:
            raise Away(f"signing in was answered {status}")
        cookies = SimpleCookie(message.get("Set-Cookie", ""))
        if status >= 300 or not cookies:
            raise SignedOut(*_refusal(status, answer))
        cookie = "; ".join(f"{name}={each.value}" for name, each in cookies.items())
        _, _, page = self._request("GET", "/account", {**navigating, "Cookie": cookie}, None)
        token = re.search(rb'<meta name="csrf-token"\s+content="(\w+)"', page)
        if token is None:
            raise Away("the account's page holds no token")
        self._cookie, self._csrf = cookie, token[1].decode()

    def _request(
        self, method: str, path: str, headers: dict[str, str], body: str | None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        if time.monotonic() - self._used_at > KEPT_S:
            self._connection.close()  # the next request opens it anew
        headers = {"Host": urlsplit(self._origin).netloc, **headers}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as cause:
            self._connection.close()
            raise Away(f"{method} {path}: {type(cause).__name__}") from cause
        self._used_at = time.monotonic()
        return answer.status, answer.headers, content


def _refusal(status: int, answer: bytes, asked: str = "") -> tuple[int, str, str]:
    """Status, code and message of a refusal; a page instead of JSON has neither."""
    try:
        error = json.loads(answer)["error"]
        return status, str(error["code"]), f"{asked}{error['message']} {error['facts'].get('faults', '')}"
    except (ValueError, KeyError, TypeError):
        return status, "refused", f"{asked}no reason was given"
