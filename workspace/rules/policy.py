"""Who may DO what: one table, one evaluator. An action that is not in the table is denied.

Who may SEE which rows is decided by row-level security alone. Must not read rows; callers hand in plain facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from workspace.errors import Closed, Forbidden, NotFresh, Text
from workspace.rules.actor import Actor, Standing
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
from workspace.rules.states import AFTER_OPENING, ALWAYS, BEFORE_AND_DURING, DURING, NOT_FINISHED, UNTIL_CLOSED

NEWCOMER = Text(
    "You are a newcomer in this operation: a member of another agency must have met you first. Read your code out to "
    "one, under «Members»."
)


@dataclass(frozen=True)
class Rule:
    """Which roles may do it, in which states of the operation. After the window nothing new is found; what was found
    is referred, answered and corrected.

    goes_on: after the window too, on a lead on which work goes on for the actor's country (`leads.goes_on`).
    step_up: only with a passkey shown within the last minutes, and by no token, because it cannot be undone by its
    author alone, opens something or hands data out. An exercise asks for none. rule_of_two: two people do it; whoever
    did the first half is refused the second. newcomers: also before somebody has met the person; it reaches no further
    than the own agency's material.
    """

    roles: frozenset[str]
    states: frozenset[str]
    goes_on: bool = False
    step_up: bool = False
    rule_of_two: bool = False
    newcomers: bool = False


RULES: dict[str, Rule] = {
    # The exercise
    "play_exercise": Rule(SERVICE, ALWAYS),
    "take_seat": Rule(MEMBERS | {"recipient"}, ALWAYS, newcomers=True),
    "delete_own_debrief": Rule(MEMBERS, ALWAYS),
    "direct_exercise": Rule(DIRECTOR, ALWAYS),
    "restart_exercise": Rule(DIRECTOR, ALWAYS),
    "reveal_truth": Rule(DIRECTOR, ALWAYS, step_up=True),
    # The operation and its people
    "accept_terms": Rule(LEADERS, NOT_FINISHED, step_up=True),
    "change_consents": Rule(LEADERS, ALWAYS, step_up=True),
    "move_window": Rule(OPERATION_LEAD, BEFORE_AND_DURING, step_up=True),
    "accept_window": Rule(LEADERS, BEFORE_AND_DURING, step_up=True),
    "change_operation_state": Rule(OPERATION_LEAD, ALWAYS, step_up=True),
    "change_operation_settings": Rule(OPERATION_LEAD, NOT_FINISHED, step_up=True),
    "propose_threshold": Rule(LEADERS, BEFORE_AND_DURING),
    "confirm_threshold": Rule(LEADERS, BEFORE_AND_DURING, step_up=True, rule_of_two=True),
    "add_agency": Rule(LEADERS | SERVICE | ADMINISTRATOR, ALWAYS, step_up=True),
    "answer_proposal": Rule(LEADERS, NOT_FINISHED, step_up=True, rule_of_two=True),
    "withdraw_proposal": Rule(LEADERS | ADMINISTRATOR, ALWAYS, step_up=True),
    "lapse_proposals": Rule(SERVICE, ALWAYS),
    "open_to_country": Rule(LEADERS, ALWAYS, step_up=True),
    "add_member": Rule(LEADERS | SERVICE | ADMINISTRATOR, ALWAYS, step_up=True),
    "remove_member": Rule(LEADERS | ADMINISTRATOR, ALWAYS, step_up=True),
    "propose_removal": Rule(LEADERS | ADMINISTRATOR, ALWAYS, step_up=True),
    "confirm_removal": Rule(LEADERS | ADMINISTRATOR, ALWAYS, step_up=True, rule_of_two=True),
    "propose_country_lead": Rule(MEMBERS | {"recipient"}, ALWAYS, step_up=True),
    "confirm_country_lead": Rule(LEADERS | ADMINISTRATOR, ALWAYS, step_up=True, rule_of_two=True),
    "suspend_member": Rule(OPERATION_LEAD, ALWAYS, step_up=True),
    "end_suspension": Rule(OPERATION_LEAD, ALWAYS, step_up=True),
    "end_suspensions": Rule(SERVICE, ALWAYS),
    "show_vouch_code": Rule(MEMBERS | {"recipient"}, ALWAYS, newcomers=True),
    "vouch_for": Rule(MEMBERS, ALWAYS, step_up=True),
    "withdraw_vouch": Rule(MEMBERS, ALWAYS, step_up=True),
    "record_qualification": Rule(LEADERS, ALWAYS),
    "end_qualification": Rule(LEADERS, ALWAYS),
    "set_package_key": Rule(AUTHORITIES, ALWAYS, step_up=True),
    "merge_persons": Rule(EXAMINERS, BEFORE_AND_DURING),
    "describe_person": Rule(EXAMINERS, UNTIL_CLOSED),
    "add_series": Rule(KEY_HOLDERS, BEFORE_AND_DURING, newcomers=True),
    "claim_series": Rule(EXAMINERS, BEFORE_AND_DURING),
    "release_series": Rule(EXAMINERS, ALWAYS),
    "take_over_series": Rule(LEADERS, NOT_FINISHED),
    "end_series_lease": Rule(SERVICE, ALWAYS),
    "triage_series": Rule(EXAMINERS | OPERATION_LEAD, NOT_FINISHED),
    "name_series": Rule(EXAMINERS, NOT_FINISHED),
    "merge_series": Rule(EXAMINERS, BEFORE_AND_DURING),
    "comment_on_series": Rule(KEY_HOLDERS, NOT_FINISHED),
    "arrange_series": Rule(OPERATION_LEAD, NOT_FINISHED),
    "place_person": Rule(EXAMINERS, BEFORE_AND_DURING, newcomers=True),
    "determine_country": Rule(EXAMINERS, BEFORE_AND_DURING, rule_of_two=True),
    "take_back_country": Rule(EXAMINERS, ALWAYS),
    # Material
    "state_retention": Rule(REGISTER_IMPORTERS, ALWAYS),
    "close_entry": Rule(DISSEMINATORS, ALWAYS, step_up=True),
    "receive_exhibit": Rule(EXHIBIT_RECEIVERS, BEFORE_AND_DURING, newcomers=True),
    "raise_handling": Rule(EXHIBIT_RECEIVERS, ALWAYS, newcomers=True),
    "lower_handling": Rule(EXHIBIT_RECEIVERS, ALWAYS, step_up=True),
    "correct_exhibit": Rule(EXHIBIT_RECEIVERS, ALWAYS, newcomers=True),
    "check_originals": Rule(EXHIBIT_RECEIVERS, ALWAYS, newcomers=True),
    "want_checks": Rule(SERVICE, ALWAYS),
    "print_custody": Rule(EXHIBIT_RECEIVERS, ALWAYS, step_up=True, newcomers=True),
    "bring_case": Rule(EXHIBIT_RECEIVERS, BEFORE_AND_DURING, newcomers=True),
    "export_map": Rule(EXHIBIT_RECEIVERS, ALWAYS, step_up=True),
    "export_vics": Rule(EXHIBIT_RECEIVERS, ALWAYS, step_up=True),
    "open_exhibit": Rule(COUNTRY_LEAD, ALWAYS, step_up=True),
    "close_exhibit": Rule(COUNTRY_LEAD, ALWAYS, step_up=True),
    "import_register": Rule(REGISTER_IMPORTERS, ALWAYS, newcomers=True),  # after the window while its retention lasts
    "bring_known": Rule(EXHIBIT_RECEIVERS, BEFORE_AND_DURING, newcomers=True),
    "map_known": Rule(COUNTRY_LEAD, NOT_FINISHED),
    "remove_known": Rule(EXHIBIT_RECEIVERS, ALWAYS, newcomers=True),
    "end_known": Rule(SERVICE, ALWAYS),
    "read_known": Rule(EXHIBIT_RECEIVERS, BEFORE_AND_DURING, newcomers=True),
    "try_again": Rule(EXHIBIT_RECEIVERS, UNTIL_CLOSED, newcomers=True),
    "mark_media": Rule(KEY_HOLDERS, NOT_FINISHED, newcomers=True),
    "propose_change": Rule(KEY_HOLDERS, UNTIL_CLOSED),
    "answer_change": Rule(KEY_HOLDERS, UNTIL_CLOSED),
    "grade_media": Rule(EXAMINERS, NOT_FINISHED, rule_of_two=True),
    "bring_grade_table": Rule(COUNTRY_LEAD, NOT_FINISHED),
    "raise_grade_votes": Rule(OPERATION_LEAD, NOT_FINISHED, step_up=True),
    "draw_face": Rule(EXAMINERS, BEFORE_AND_DURING),
    "comment_on_medium": Rule(KEY_HOLDERS, UNTIL_CLOSED),
    "annotate_medium": Rule(KEY_HOLDERS, UNTIL_CLOSED),
    "export_annotations": Rule(EXHIBIT_RECEIVERS, ALWAYS, step_up=True),
    "view_media": Rule(KEY_HOLDERS, ALWAYS, newcomers=True),
    "search_faces": Rule(EXAMINERS, DURING),
    "end_probe": Rule(EXAMINERS, ALWAYS),
    "work_on_media": Rule(SERVICE, ALWAYS),
    "open_leads": Rule(SERVICE, BEFORE_AND_DURING),
    "open_late_leads": Rule(SERVICE, AFTER_OPENING),
    # Leads
    "open_clue": Rule(KEY_HOLDERS, BEFORE_AND_DURING),
    "add_clue_media": Rule(KEY_HOLDERS, UNTIL_CLOSED, goes_on=True),
    "open_found_lead": Rule(EXAMINERS, DURING),
    "import_outside_results": Rule(REGISTER_IMPORTERS, BEFORE_AND_DURING),
    "state_clue_result": Rule(EXAMINERS, UNTIL_CLOSED, goes_on=True, rule_of_two=True),
    "take_back_clue_result": Rule(EXAMINERS, ALWAYS),
    "make_card": Rule(KEY_HOLDERS, UNTIL_CLOSED, goes_on=True),
    "mask_card": Rule(SERVICE, ALWAYS),
    "check_card": Rule(KEY_HOLDERS, UNTIL_CLOSED, goes_on=True, rule_of_two=True),
    "withdraw_card": Rule(KEY_HOLDERS, ALWAYS),
    "withdraw_outdated": Rule(SERVICE, ALWAYS),
    "answer_card": Rule(KEY_HOLDERS, UNTIL_CLOSED),
    "claim_lead": Rule(EXAMINERS, DURING, goes_on=True),
    "renew_claim": Rule(EXAMINERS, DURING, goes_on=True),
    "release_lead": Rule(EXAMINERS, ALWAYS),
    "hand_over_lead": Rule(EXAMINERS, DURING, goes_on=True),
    "take_over_lead": Rule(LEADERS, UNTIL_CLOSED, goes_on=True),
    "end_lease": Rule(SERVICE, ALWAYS),
    "free_lead": Rule(SERVICE, ALWAYS),
    "end_window": Rule(SERVICE, ALWAYS),
    "take_into_custody": Rule(SERVICE, ALWAYS),
    "end_access": Rule(SERVICE, ALWAYS),
    "assess_lead": Rule(EXAMINERS, DURING, goes_on=True, rule_of_two=True),
    "settle_assessment": Rule(SERVICE, ALWAYS),
    "note_sights": Rule(KEY_HOLDERS | SERVICE, ALWAYS, newcomers=True),
    "annotate_lead": Rule(KEY_HOLDERS, UNTIL_CLOSED, goes_on=True),
    "comment_on_lead": Rule(KEY_HOLDERS, UNTIL_CLOSED, goes_on=True),
    "prioritise_lead": Rule(KEY_HOLDERS, UNTIL_CLOSED, goes_on=True),
    "park_lead": Rule(EXAMINERS | OPERATION_LEAD, UNTIL_CLOSED, goes_on=True),
    "reopen_lead": Rule(EXAMINERS | OPERATION_LEAD, UNTIL_CLOSED, goes_on=True),
    "close_lead": Rule(OPERATION_LEAD | DISSEMINATORS, AFTER_OPENING, step_up=True),  # nobody takes it up again
    "ask_access": Rule(KEY_HOLDERS, DURING, goes_on=True),
    "answer_access": Rule(DISSEMINATORS, ALWAYS, step_up=True),
    "take_back_access": Rule(COUNTRY_LEAD, ALWAYS),
    # Jurisdiction, referral, outcome
    "state_jurisdiction": Rule(KEY_HOLDERS, AFTER_OPENING),
    "withdraw_jurisdiction": Rule(KEY_HOLDERS, ALWAYS),
    "state_corroboration": Rule(KEY_HOLDERS, AFTER_OPENING),
    "withdraw_corroboration": Rule(KEY_HOLDERS, ALWAYS),
    "draft_referral": Rule(DISSEMINATORS, AFTER_OPENING),
    "approve_referral": Rule(DISSEMINATORS, AFTER_OPENING, rule_of_two=True),
    "send_referral": Rule(DISSEMINATORS, AFTER_OPENING, step_up=True),
    "ask_release": Rule(DISSEMINATORS, AFTER_OPENING),
    "confirm_release": Rule(DISSEMINATORS, AFTER_OPENING, step_up=True, rule_of_two=True),
    "answer_permission": Rule(DISSEMINATORS, AFTER_OPENING),
    "withdraw_referral": Rule(DISSEMINATORS, AFTER_OPENING),
    "re_route_referral": Rule(DISSEMINATORS, AFTER_OPENING, step_up=True),
    "build_package": Rule(SERVICE, ALWAYS),
    "fetch_package": Rule(AUTHORITIES, AFTER_OPENING),
    "answer_referral": Rule(AUTHORITIES, AFTER_OPENING),
    "state_outcome": Rule(AUTHORITIES, AFTER_OPENING, step_up=True),
    "revoke_outcome": Rule(AUTHORITIES, AFTER_OPENING, step_up=True),
    "merge_ledger": Rule(DISSEMINATORS | OPERATION_LEAD, AFTER_OPENING, step_up=True),
    "mark_depicted": Rule(AUTHORITIES | OPERATION_LEAD, AFTER_OPENING, step_up=True),
    "draw_up_edition": Rule(OPERATION_LEAD | OBSERVER, ALWAYS, step_up=True),
    "compute_edition": Rule(SERVICE, ALWAYS),
    "export_statistics": Rule(MEMBERS, ALWAYS, step_up=True),
    "export_record": Rule(LEADERS | OBSERVER, ALWAYS, step_up=True),
    "explain_difference": Rule(OPERATION_LEAD | OBSERVER, ALWAYS),
    "settle_difference": Rule(OPERATION_LEAD | OBSERVER, ALWAYS, step_up=True, rule_of_two=True),
    "ask_verification": Rule(OPERATION_LEAD | OBSERVER, ALWAYS),
    "erase_words": Rule(COUNTRY_LEAD, ALWAYS, step_up=True),
    "sign_head": Rule(SERVICE, ALWAYS),
    "take_head": Rule(MEMBERS, ALWAYS),
}

INSTALLATION_RULES: dict[str, str] = {
    # Without an operation: `admin` = administrators of the installation and service users, `service` = service users,
    # `self` = anyone for themselves, `watcher` = administrators of the installation, and who leads or observes an
    # operation and is no newcomer there.
    "create_agency": "admin",
    "create_user": "admin",
    "disable_user": "admin",
    "enable_user": "admin",
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
    "repeat_write": "self",
    "keep_draft": "self",
    "import_regions": "service",
    "forget_expired": "service",
    "check_record": "service",
    "sign_installation_head": "service",
    "take_installation_head": "watcher",
    "export_installation_record": "watcher",
}


@dataclass(frozen=True)
class OperationFacts:
    """What a decision needs to know of an operation. state: the one that counts now, as `states.state_now` says it.

    goes_on: it is about a lead on which work goes on after the window for the actor's country.
    """

    id: int
    state: str
    goes_on: bool = False


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
    if operation.id in actor.newcomer_in and not rule.newcomers:
        raise Forbidden(NEWCOMER, action=action, reason="newcomer")
    if operation.state not in rule.states and not (rule.goes_on and operation.goes_on):
        raise Closed("The operation does not accept this now.", action=action, state=operation.state)


def require_standing(action: str, standing: Standing, *, is_exercise: bool) -> None:
    """Pass if the credential that came is enough for the action.

    Raises:
        Forbidden: a token came for what asks for a passkey: no program can show one.
        NotFresh: the passkey must be shown again first.
    """
    if not RULES[action].step_up:
        return
    if standing == "token":
        raise Forbidden("No token may do this: sign in with your passkey.", action=action)
    if standing == "stale" and not is_exercise:
        raise NotFresh("Show your passkey once more for this.", action=action)


def allows(actor: Actor, action: str, operation: OperationFacts) -> bool:
    """Whether `require` would pass: for screens, which offer only what can be done."""
    try:
        require(actor, action, operation)
    except (Forbidden, Closed):
        return False
    return True


def require_anywhere(actor: Actor, action: str) -> None:
    """Pass if the actor's role in one operation at least allows what concerns no operation, whatever the state of each.

    Raises:
        Forbidden: no role of the actor's allows it, or the actor is a newcomer wherever it does.
    """
    rule = RULES[action]
    operations = [operation for operation, role in actor.roles.items() if role in rule.roles]
    if not operations:
        raise Forbidden("Your role does not allow this.", action=action)
    if not rule.newcomers and actor.newcomer_in.issuperset(operations):
        raise Forbidden(NEWCOMER, action=action, reason="newcomer")


def require_installation(actor: Actor, action: str) -> None:
    """Pass if the actor may do it in the installation, outside any operation.

    Raises:
        Forbidden: the action is unknown or needs an administrator of the installation.
    """
    needed = INSTALLATION_RULES.get(action)
    passes = {
        "admin": actor.is_house_admin or actor.is_service,
        "service": actor.is_service,
        "self": True,
        "watcher": actor.is_house_admin or _watches(actor),
    }
    if needed == "watcher" and not passes[needed]:
        raise Forbidden(
            "Administrators of the installation and those who lead or observe an operation may do this.", action=action
        )
    if needed is None or not passes[needed]:
        raise Forbidden("Only an administrator of the installation may do this.", action=action)


def _watches(actor: Actor) -> bool:
    """Whether the actor leads or observes an operation in which he is no newcomer."""
    return any(
        role in LEADERS | OBSERVER for operation, role in actor.roles.items() if operation not in actor.newcomer_in
    )
