"""Referrals: what came to our agency, what we sent, and what became of it; usable on a phone in the months after."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from workspace.errors import NotFound
from workspace.queries import operations as queries
from workspace.queries.permissions import permissions
from workspace.queries.referrals import MOST, WHOLE, ReferralsPart, ledger, ledger_acts, referral, referrals_in_parts
from workspace.rules.jurisdiction import GROUNDS
from workspace.web.context import may, reading, waiting_for_me

pages = Blueprint("referral_pages", __name__)


@pages.get("/operations/<int:operation_id>/referrals")
def referral_list(operation_id: int) -> str:
    """Show inbox and outbox, each whole if asked."""
    parts: tuple[ReferralsPart, ...] = ("inbox", "outbox", "others")
    whole = {part: WHOLE for part in parts if part in request.args.getlist("all")}
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        rows = referrals_in_parts(view.session, operation_id, whole)
        entries = ledger(view.session, operation_id)
        acts = ledger_acts(view.session, operation_id)
        own = queries.own_agency(view.session)
        waiting = waiting_for_me(view, operation)
        asked = permissions(view.session, operation_id)
        may_permit = may(view, "answer_permission", operation)
        may_set_key = may(view, "set_package_key", operation)
        may_merge = may(view, "merge_ledger", operation)
        may_mark = may(view, "mark_depicted", operation)
    return render_template(
        "referrals.html",
        operation=operation,
        referrals=rows,
        waiting=waiting,
        permissions=[each for each in asked if each.is_ours],
        may_permit=may_permit,
        ledger=entries,
        ledger_most=WHOLE if "ledger" in request.args.getlist("all") else MOST,
        acts=acts,
        own_agency=own,
        may_set_key=may_set_key,
        may_merge=may_merge,
        may_mark=may_mark,
    )


@pages.get("/operations/<int:operation_id>/referrals/<uuid:referral_id>")
def one_referral(operation_id: int, referral_id: UUID) -> str:
    """Show one referral, its answer and its outcomes."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        row = referral(view.session, referral_id)
        if row.operation_id != operation_id:
            raise NotFound("There is no such referral.")
        agencies = queries.agencies(view.session, operation_id)
        countries = sorted({country for agency in agencies for country in agency.jurisdictions})
        allowed = {
            action: may(view, action, operation)
            for action in (
                "answer_referral",
                "state_outcome",
                "approve_referral",
                "fetch_package",
                "send_referral",
                "re_route_referral",
                "withdraw_referral",
                "state_jurisdiction",
                "revoke_outcome",
            )
        }
    return render_template(
        "referral.html",
        operation=operation,
        referral=row,
        agencies=agencies,
        countries=countries,
        grounds=GROUNDS,
        allowed=allowed,
    )
