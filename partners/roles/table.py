"""Which roles partners play: by role, what answers the next act. Nobody else's seat is ever played."""

from __future__ import annotations

from partners.play import Role
from partners.roles import country_lead, examiner

ROLES: dict[str, Role] = {
    "country_lead": country_lead.next_act,
    "specialist": examiner.next_act,
    "analyst": examiner.next_act,
}
