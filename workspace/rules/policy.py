"""Who may DO what: one table, one evaluator. An action that is not in the table is denied.

Who may SEE which rows is decided by row-level security alone. Must not read rows; callers hand in plain facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from workspace.errors import Closed, Forbidden
from workspace.rules.actor import Actor
from workspace.rules.roles import (
    ADMINISTRATOR,
    AUTHORITIES,
    COUNTRY_LEAD,
    DIRECTOR,
    DISSEMINATORS,
    EXAMINERS,
    EXHIBIT_RECEIVERS,
    KEY_HOLDERS,
    LEADERS,
    MEMBERS,
    OBSERVER,
    OPERATION_LEAD,
    REGISTER_IMPORTERS,
    SERVICE,
    SERVICE_ROLE,
)
from workspace.rules.states import AFTER_OPENING, ALWAYS, BEFORE_AND_DURING, DURING, NOT_FINISHED


@dataclass(frozen=True)
class Rule:
    """Which roles may do it, in which states of the operation. After the window only outcomes and corrections may be written."""

    roles: frozenset[str]
    states: frozenset[str]


RULES: dict[str, Rule] = {
    # The exercise
    "play_exercise": Rule(SERVICE, ALWAYS),
    "take_seat": Rule(MEMBERS | {"recipient"}, ALWAYS),
    "direct_exercise": Rule(DIRECTOR, ALWAYS),
    "reveal_truth": Rule(DIRECTOR, ALWAYS),
    # The operation and its people
    "accept_terms": Rule(LEADERS, NOT_FINISHED),
    "change_operation_state": Rule(OPERATION_LEAD, ALWAYS),
    "change_operation_settings": Rule(OPERATION_LEAD, NOT_FINISHED),
    "add_agency": Rule(OPERATION_LEAD | SERVICE | ADMINISTRATOR, ALWAYS),
    "add_member": Rule(LEADERS | SERVICE | ADMINISTRATOR, ALWAYS),
    "remove_member": Rule(LEADERS | ADMINISTRATOR, ALWAYS),
    "set_package_key": Rule(AUTHORITIES, ALWAYS),
    "add_series": Rule(KEY_HOLDERS - OPERATION_LEAD, BEFORE_AND_DURING),
    "place_person": Rule(EXAMINERS, BEFORE_AND_DURING),
    "determine_country": Rule(EXAMINERS, BEFORE_AND_DURING),
    # Material
    "receive_exhibit": Rule(EXHIBIT_RECEIVERS, BEFORE_AND_DURING),
    "import_register": Rule(REGISTER_IMPORTERS, BEFORE_AND_DURING),
    "view_media": Rule(KEY_HOLDERS, ALWAYS),
    "search_faces": Rule(EXAMINERS, DURING),
    "work_on_media": Rule(SERVICE, ALWAYS),
    "open_leads": Rule(SERVICE, BEFORE_AND_DURING),
    # Leads
    "claim_lead": Rule(EXAMINERS, DURING),
    "renew_claim": Rule(EXAMINERS, DURING),
    "release_lead": Rule(EXAMINERS, ALWAYS),
    "hand_over_lead": Rule(EXAMINERS, DURING),
    "take_over_lead": Rule(LEADERS, DURING),
    "end_lease": Rule(SERVICE, ALWAYS),
    "end_window": Rule(SERVICE, ALWAYS),
    "end_access": Rule(SERVICE, ALWAYS),
    "assess_lead": Rule(EXAMINERS, DURING),
    "settle_assessment": Rule(SERVICE, ALWAYS),
    "note_sights": Rule(KEY_HOLDERS | SERVICE, ALWAYS),
    "save_draft": Rule(KEY_HOLDERS, ALWAYS),
    "annotate_lead": Rule(KEY_HOLDERS, DURING),
    "comment_on_lead": Rule(KEY_HOLDERS, DURING),
    "prioritise_lead": Rule(KEY_HOLDERS, DURING),
    "park_lead": Rule(EXAMINERS | OPERATION_LEAD, DURING),
    "reopen_lead": Rule(EXAMINERS | OPERATION_LEAD, DURING),
    "close_lead": Rule(OPERATION_LEAD | DISSEMINATORS, AFTER_OPENING),
    "ask_access": Rule(KEY_HOLDERS, DURING),
    "answer_access": Rule(COUNTRY_LEAD, ALWAYS),
    "take_back_access": Rule(COUNTRY_LEAD, ALWAYS),
    # Jurisdiction, referral, outcome
    "state_jurisdiction": Rule(KEY_HOLDERS, AFTER_OPENING),  # after the window only where a referral came back
    "withdraw_jurisdiction": Rule(KEY_HOLDERS, ALWAYS),
    "draft_referral": Rule(DISSEMINATORS, DURING),
    "approve_referral": Rule(DISSEMINATORS, DURING),
    "send_referral": Rule(DISSEMINATORS, DURING),
    "withdraw_referral": Rule(DISSEMINATORS, AFTER_OPENING),
    "re_route_referral": Rule(DISSEMINATORS, AFTER_OPENING),
    "build_package": Rule(SERVICE, ALWAYS),
    "answer_referral": Rule(AUTHORITIES, AFTER_OPENING),
    "state_outcome": Rule(AUTHORITIES, AFTER_OPENING),
    "revoke_outcome": Rule(AUTHORITIES, AFTER_OPENING),
    "merge_ledger": Rule(DISSEMINATORS | OPERATION_LEAD, AFTER_OPENING),
    "draw_up_edition": Rule(OPERATION_LEAD | OBSERVER, ALWAYS),
    "compute_edition": Rule(SERVICE, ALWAYS),
    "export_statistics": Rule(MEMBERS, ALWAYS),
}

HOUSE_RULES: dict[str, str] = {
    # Without an operation: `admin` = administrators of the house and service users, `service` = service users, `self` = anyone for
    # themselves.
    "create_agency": "admin",
    "create_user": "admin",
    "disable_user": "admin",
    "create_operation": "admin",
    "end_others_session": "admin",
    "invite_user": "admin",
    "start_session": "self",
    "step_up": "self",
    "enrol_passkey": "self",
    "remove_passkey": "self",
    "end_session": "self",
    "create_token": "self",
    "revoke_token": "self",
    "change_preferences": "self",
    "forget_expired": "service",
}


@dataclass(frozen=True)
class OperationFacts:
    """What a decision needs to know of an operation. state: the one that counts now, as `states.state_now` says it."""

    id: int
    state: str


def require(actor: Actor, action: str, operation: OperationFacts) -> None:
    """Pass if the actor may do it now.

    Raises:
        Forbidden: the action is unknown, or the actor's role in this operation does not allow it.
        Closed: the operation's state or its window does not allow it.
    """
    rule = RULES.get(action)
    role = actor.roles.get(operation.id)
    if actor.is_service:
        role = SERVICE_ROLE
    if rule is None or role is None or role not in rule.roles:
        raise Forbidden("Your role in this operation does not allow this.", action=action, role=role or "none")
    if operation.state not in rule.states:
        raise Closed("The operation does not accept this now.", action=action, state=operation.state)


def allows(actor: Actor, action: str, operation: OperationFacts) -> bool:
    """Whether `require` would pass: for screens, which offer only what can be done."""
    try:
        require(actor, action, operation)
    except (Forbidden, Closed):
        return False
    return True


def require_house(actor: Actor, action: str) -> None:
    """Pass if the actor may do it in the house, outside any operation.

    Raises:
        Forbidden: the action is unknown or needs an administrator of the house.
    """
    needed = HOUSE_RULES.get(action)
    passes = {"admin": actor.is_house_admin or actor.is_service, "service": actor.is_service, "self": True}
    if needed is None or not passes[needed]:
        raise Forbidden("Only an administrator of the installation may do this.", action=action)
