"""Which roles partners play: by role, what answers the next act. Nobody else's seat is ever played."""

from __future__ import annotations

from partners.play import Role

ROLES: dict[str, Role] = {}
