"""How long what proves a person counts, and what rows hold of a secret."""

from __future__ import annotations

import hashlib
from datetime import timedelta

CHALLENGE_LIFE = timedelta(minutes=5)
SESSION_IDLE = timedelta(minutes=30)
"""ASVS 7.3.1: a session that nobody uses ends."""
SESSION_LIFE = timedelta(hours=12)
"""ASVS 7.3.2: a session ends at this age, used or not."""
FRESH = timedelta(minutes=5)
"""ASVS 7.5.3: how long a shown passkey counts for actions that ask for it anew."""
TOUCH_AFTER = timedelta(minutes=1)
"""Shortest time between two notes that a session or token was used, so that reading does not turn into writing."""
ONE_CLICK = "exercise_link"
"""How a session came that a link of an exercise made: it reaches exercises alone."""
TOKEN_LONGEST = timedelta(days=366)
TOKEN_PREFIX = "concord_"  # noqa: S105 - a mark by which scanners find a leaked token
SCOPES = ("read", "write", "intake", "referrals", "admin")


def digest(secret: str | bytes) -> bytes:
    """SHA-256 of a secret: what rows hold of it. Secrets have 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).digest()
