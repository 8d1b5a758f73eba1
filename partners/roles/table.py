"""Which roles partners play: by role, what answers the next act. Nobody else's seat is ever played."""

from __future__ import annotations

from partners.play import Role
from partners.roles import country_lead, examiner, liaison, operation_lead, receiver

ROLES: dict[str, Role] = {
    "country_lead": country_lead.next_act,
    "specialist": examiner.next_act,
    "analyst": examiner.next_act,
    "liaison": liaison.next_act,
    "recipient": receiver.next_act,
    "operation_lead": operation_lead.next_act,
}
