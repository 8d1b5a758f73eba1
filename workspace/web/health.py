"""What `/health` answers, without sign-in: how this process stands, for supervisors and proxies.

What stands behind it is looked at beside the requests that ask: who asks waits for a moment and no longer, whatever the
database does.
"""

from __future__ import annotations

import time
from threading import Lock, Thread
from typing import cast

from flask import Flask, Response, current_app, jsonify

from workspace.errors import Unavailable
from workspace.model.failed_jobs import has_failed_untold
from workspace.web.context import database, disks

HEALTH_S = 2.0
"""So long an answer holds: whoever asks without signing in must not make the database work."""
OLD_S = 10.0
"""What was found longer ago says nothing of now: it is waited for what is found anew."""
MOMENT_S = 0.05
ANSWER_S = 5.0
"""A database that has not answered after so long is away."""
AWAY = "database_away"
FAILED = "work_failed"
"""Work has failed in every attempt of which nobody is told but the operator: `app.py failed`."""


class Health:
    """What is wrong with this process, as codes; no more than one look at a time."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._known: list[str] = []
        self._known_at = float("-inf")
        self._look = Thread()
        self._begins = Lock()

    def troubles(self) -> list[str]:
        """What is wrong, as it was found no longer than OLD_S ago; AWAY where nobody could find out."""
        now = time.monotonic()
        age_s = now - self._known_at
        if age_s <= HEALTH_S:
            return self._known
        with self._begins:
            if not self._look.is_alive():
                self._look = Thread(target=self._find_out, daemon=True)
                self._look.start()
            look = self._look
        look.join(ANSWER_S if age_s > OLD_S else MOMENT_S)
        return [AWAY] if now - self._known_at > OLD_S else self._known

    def _find_out(self) -> None:
        with self._app.app_context():
            self._known = _troubles()
        self._known_at = time.monotonic()


def register(app: Flask) -> None:
    """Serve `/health`."""
    app.extensions["concord.health"] = Health(app)
    app.add_url_rule("/health", "health", _health)


def _health() -> Response:
    """`degraded` with the reasons as codes, where people can read and not write, or soon cannot; the status stays 200,
    because starting the process again would mend nothing."""
    troubles = cast("Health", current_app.extensions["concord.health"]).troubles()
    return jsonify({"status": "degraded", "reasons": troubles} if troubles else {"status": "ok"})


def _has_failed() -> bool:
    try:
        with database().read(None) as view:
            return has_failed_untold(view.session)
    except Unavailable:
        return False  # said of the database itself


def _troubles() -> list[str]:
    found = [] if database().answers() else [AWAY]
    for name, disk in disks():
        found += [f"{name}_full"] if disk.is_full() else [f"{name}_low"] if disk.is_low() else []
    if not found and _has_failed():
        found.append(FAILED)
    for troubles in current_app.extensions.get("concord.troubles", []):
        found += troubles()
    return found
