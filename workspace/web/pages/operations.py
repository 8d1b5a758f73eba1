"""Pages of operations: the list, a new one, the terms, members, settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workspace.errors import NotFound
from workspace.queries import country_leads, leaving, qualifications, removals, vouching
from workspace.queries import operations as queries
from workspace.queries import terms as terms_queries
from workspace.queries.operations import Member, OperationHead
from workspace.rules.actor import Actor
from workspace.rules.codes import AGENCY_KINDS
from workspace.rules.comparison import search_key
from workspace.rules.removals import SUSPENDABLE, removes_alone
from workspace.rules.roles import ADMINISTRATOR, DIRECTOR, OBSERVER, grantable_by
from workspace.rules.states import NEXT_STATE
from workspace.web.context import bearer, current_person, current_settings, may, reading
from workspace.web.thresholds import operation_thresholds

pages = Blueprint("operations", __name__)
WORK_OF = {
    OBSERVER: "record.record",
    ADMINISTRATOR: "operations.members",
    DIRECTOR: "exercise.exercise",
}
"""Where whoever opens no material has something to do: the overview of leads is empty for them."""


@pages.get("/")
def start() -> Response:
    """Go on to the only operation, or to the list."""
    with reading() as view:
        operations = queries.operations(view.session)
    if len(operations) == 1 and operations[0].role != "none":
        return redirect(entrance(operations[0]), code=303)
    return redirect(url_for("operations.all_operations"), code=303)


@pages.get("/operations")
def all_operations() -> str:
    """List the operations that one belongs to."""
    with reading() as view:
        operations = queries.operations(view.session)
        suspensions = removals.own_suspensions(view.session)
    return render_template(
        "operations.html",
        suspensions=suspensions,
        operations=[(each, entrance(each)) for each in operations],
        exercises_only=bearer().exercises_only,
    )


@pages.get("/operations/new")
def new_operation() -> str:
    """Make an operation; for administrators of the installation."""
    if not current_person().is_house_admin:
        raise NotFound("There is nothing here, or you may not see it.")
    return render_template("operation_new.html", has_links=current_settings().demo_links_allowed)


@pages.get("/operations/<int:operation_id>/terms")
def terms(operation_id: int) -> str:
    """Read the terms, and accept them for one's country where one may."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        text = queries.terms(view.session, operation_id)
        countries = queries.countries(view.session, operation_id)
        agencies = queries.agencies(view.session, operation_id)
        may_accept = may(view, "accept_terms", operation) and not operation.accepted
        window = terms_queries.operation_window(view.session, operation_id)
        agreed = terms_queries.agreed_terms(view.session, operation_id)
        own_exhibits = terms_queries.own_exhibits(view.session, operation_id, view.me.country)
        may_answer = may(view, "answer_proposal", operation) and operation.accepted
        may_withdraw = may(view, "withdraw_proposal", operation)
        may_open = may(view, "open_to_country", operation) and operation.accepted
        consents = terms_queries.consents(view.session, operation_id)
        may_change_consents = may(view, "change_consents", operation) and operation.accepted
        own = next((each for each in countries if each.country == view.me.country), None)
        may_accept_window = may(view, "accept_window", operation) and any(
            each.is_asked and each.country == view.me.country for each in window.countries
        )
    return render_template(
        "terms.html",
        operation=operation,
        terms=text,
        agreed=agreed,
        own_exhibits=own_exhibits,
        agencies=agencies,
        may_answer=may_answer,
        may_withdraw=may_withdraw,
        may_open=may_open,
        countries=countries,
        may_accept=may_accept,
        window=window,
        may_accept_window=may_accept_window,
        consents=consents,
        own=own,
        may_change_consents=may_change_consents,
    )


MEMBERS_RIGHTS = {
    "may_vouch": "vouch_for",
    "may_show_code": "show_vouch_code",
    "may_invite": "add_member",
    "may_remove": "remove_member",
    "may_propose_lead": "propose_country_lead",
    "may_confirm_lead": "confirm_country_lead",
    "may_suspend": "suspend_member",
    "may_add_agency": "add_agency",
}
"""What the page of members offers, by the action that policy is asked."""


@pages.get("/operations/<int:operation_id>/members")
def members(operation_id: int) -> str:
    """Show who takes part: countries, agencies, people; invite where one may."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        countries = queries.countries(view.session, operation_id)
        agencies = queries.agencies(view.session, operation_id)
        people = queries.members(view.session, operation_id)
        standings = vouching.standings(view.session, operation_id, view.me)
        qualified = qualifications.qualifications(view.session, operation_id)
        rights = {name: may(view, action, operation) for name, action in MEMBERS_RIGHTS.items()}
        proposed = {each.user_id: each for each in removals.proposed_removals(view.session, operation_id)}
        alone = (
            {each.user_id for each in people if _removes_alone(view.me, operation_id, each)}
            if rights["may_remove"]
            else set()
        )
        without_lead = country_leads.countries_without_lead(view.session, operation_id)
        suspended = {each.user_id: each for each in removals.suspensions(view.session, operation_id)}
        behind = {each.user_id: each for each in leaving.left_behind(view.session, operation_id)}
        disabled = queries.disabled_members(view.session, operation_id)
    return render_template(
        "members.html",
        operation=operation,
        countries=countries,
        agencies=agencies,
        members=people,
        twins=_of_one_name(people),
        standings=standings,
        qualified=qualified,
        grantable=grantable_by(operation.role),
        removes_alone=alone,
        proposed=proposed,
        behind=behind,
        disabled=disabled,
        without_lead=without_lead,
        suspended=suspended,
        suspendable=SUSPENDABLE,
        kinds=AGENCY_KINDS,
        **rights,
    )


def _of_one_name(people: Sequence[Member]) -> set[int]:
    """The accounts of people who cannot be told apart by their name, however it is spelled."""
    names = Counter(search_key(each.name) for each in people)
    return {each.user_id for each in people if names[search_key(each.name)] > 1}


def _removes_alone(me: Actor, operation_id: int, member: Member) -> bool:
    return removes_alone(me, operation_id, member.role, agency_id=member.agency_id, country=member.country)


@pages.get("/operations/<int:operation_id>/settings")
def settings(operation_id: int) -> str:
    """Show the settings and the state; change them where one may."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        current = queries.operation_settings(view.session, operation_id)
        may_change = may(view, "change_operation_settings", operation)
        next_state = NEXT_STATE.get(operation.state) if may(view, "change_operation_state", operation) else None
        window = terms_queries.operation_window(view.session, operation_id)
        may_move = may(view, "move_window", operation)
        left = queries.left_open(view.session, operation_id)
        may_propose = may(view, "propose_threshold", operation)
    return render_template(
        "operation_settings.html",
        thresholds=operation_thresholds(operation_id),
        may_propose=may_propose,
        operation=operation,
        settings=current,
        may_change=may_change,
        next_state=next_state,
        window=window,
        may_move=may_move,
        left=left,
    )


def entrance(operation: OperationHead) -> str:
    """Where a member starts: at the terms until his own country has accepted them; whoever opens no material, at the
    page that is his work."""
    page = "overview.overview" if operation.accepted else "operations.terms"
    if operation.only_receives:
        page = "referral_pages.referral_list"
    elif operation.accepted:
        page = next((own for roles, own in WORK_OF.items() if operation.role in roles), page)
    return url_for(page, operation_id=operation.id)
