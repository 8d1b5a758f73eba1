"""The account page: one's passkeys, sessions, tokens, language and theme."""

from __future__ import annotations

from flask import Blueprint, render_template

from workspace.queries import identity as queries
from workspace.queries.drafts import my_drafts
from workspace.rules.credentials import SCOPES
from workspace.web.context import bearer, current_user_id, reading

pages = Blueprint("account", __name__)


@pages.get("/account")
def account() -> str:
    """Show what one may see and change of one's own identity."""
    with reading() as view:
        passkeys = queries.own_passkeys(view.session, current_user_id())
        sessions = queries.own_sessions(view.session, current_user_id())
        tokens = queries.own_tokens(view.session, current_user_id())
        drafts = my_drafts(view.session)
    return render_template(
        "account.html",
        passkeys=passkeys,
        sessions=sessions,
        tokens=tokens,
        drafts=drafts,
        this_session=bearer().id.hex(),
        exercises_only=bearer().exercises_only,
        scopes=SCOPES,
    )
