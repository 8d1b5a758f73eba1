"""The one-click links of an exercise: a secret of this run, and one key a person made from it.

Whether they exist at all is `Settings.demo_links_allowed`: an exercise, on a loopback address; the caller's address is never
asked. Must not open a session.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from workspace.settings import Settings
from workspace.web.security import origin


def new_secret(settings: Settings) -> None:
    """Make this run's secret; the links of earlier runs end with it."""
    path = _path(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    fresh.rename(path)


def exercise_links(settings: Settings, people: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """One link a person: (name, URL), in the order given; none where such links are not allowed. Needs `new_secret` first.

    people: (user id, name).
    """
    if not settings.demo_links_allowed:
        return []
    return [(name, f"{origin(settings)}/exercise/{user_id}?key={_key(settings, user_id)}") for user_id, name in people]


def is_genuine(settings: Settings, user_id: int, key: str) -> bool:
    """Whether a key belongs to this person and this run."""
    return _path(settings).is_file() and hmac.compare_digest(_key(settings, user_id).encode(), key.encode())


def _key(settings: Settings, user_id: int) -> str:
    secret = _path(settings).read_bytes()
    return hmac.new(secret, f"exercise {user_id}".encode(), "sha256").hexdigest()


def _path(settings: Settings) -> Path:
    return settings.home / "run" / "exercise.secret"
