"""The secret of one run of an exercise, from which each one-click key is made: for a person's session, or for a
partner's.

Must not open a session, nor decide where such keys are taken.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

PURPOSES = {"person": "exercise", "partner": "exercise partner"}
"""By who plays: what the key is for. A key for one is none for the other."""


def new_secret(home: Path) -> None:
    """Make this run's secret; the keys of earlier runs end with it."""
    path = _path(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    fresh.rename(path)


def is_there(home: Path) -> bool:
    """Whether a run has made its secret here."""
    return _path(home).is_file()


def link_path(home: Path, user_id: int, *, played_by: str) -> str:
    """The path and query with which this person's seat is signed in. Needs `new_secret` first."""
    return f"/exercise/{user_id}?key={_key(home, user_id, played_by)}"


def played_by(home: Path, user_id: int, key: str) -> str | None:
    """Who comes with this key: "person" or "partner"; None if it is not this person's key of this run."""
    if not is_there(home):
        return None
    return next((who for who in PURPOSES if hmac.compare_digest(_key(home, user_id, who).encode(), key.encode())), None)


def _key(home: Path, user_id: int, played_by: str) -> str:
    return hmac.new(_path(home).read_bytes(), f"{PURPOSES[played_by]} {user_id}".encode(), "sha256").hexdigest()


def _path(home: Path) -> Path:
    return home / "run" / "exercise.secret"
