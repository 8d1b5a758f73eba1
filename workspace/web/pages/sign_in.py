"""Pages before sign-in: sign in, take up an invitation, and the one-click links of an exercise."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from workspace.commands import exercise
from workspace.commands import identity as commands
from workspace.errors import NotFound
from workspace.queries import identity as queries
from workspace.queries.exercise import partners_seats
from workspace.rules.credentials import ONE_CLICK, digest
from workspace.web.arrival import arriving, follows_a_foreign_link
from workspace.web.context import current_settings, database, identify
from workspace.web.exercise import who_plays
from workspace.web.security import set_session_cookie

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
def sign_in_page() -> BaseResponse | str:
    """Sign in with a passkey."""
    goal = safe_goal(request.args.get("next", "/"))
    if identify() is not None:
        return redirect(goal, code=303)
    if follows_a_foreign_link():
        return arriving(request.full_path.rstrip("?"))
    return render_template("sign_in.html", goal=goal)


@pages.get("/invitation/<secret>")
def invitation_page(secret: str) -> str:
    """Take up an invitation: make the first passkey. Opening the page uses nothing up."""
    with database().read(None, presented=digest(secret)) as view:
        person = queries.presented_invitation(view, secret)
    if person is None:
        raise NotFound("This invitation was used or has expired. Ask for a new one.")
    return render_template("invitation.html", person=person, invitation=secret)


@pages.get("/exercise/<int:user_id>")
def exercise_sign_in(user_id: int) -> Response:
    """Sign in as a person of the exercise by a link that the demonstration printed, or as the partner who plays the
    seat.

    Exists only in an exercise on a loopback address, for whoever belongs to an exercise; the session reaches exercises
    alone. A person takes the seat from the partner, whose sessions end; a
    partner comes in only where no person plays. The answer is a page that goes on by itself: a redirect would not carry
    a strict cookie where the link was followed from another site.
    """
    played_by = who_plays(current_settings(), user_id, request.args.get("key", ""))
    with database().read(user_id, exercises_only=True) as view:
        allowed = view.viewer is not None and queries.is_in_an_exercise(view.session)
        seats = partners_seats(view.session, user_id)
    if played_by is None or not allowed or (played_by == "partner" and not seats):
        raise NotFound("There is nothing here, or you may not see it.")
    with database().write(user_id, played_by=played_by, exercises_only=True) as tx:
        if played_by == "person":
            exercise.take_seats(tx, seats)
        secret = commands.start_session(tx, how=ONE_CLICK, played_by=played_by)
    goal = safe_goal(request.args.get("next", url_for("operations.start")))
    answer = make_response(render_template("sign_in_done.html", goal=goal))
    set_session_cookie(answer, secret)
    return answer


def safe_goal(wanted: str) -> str:
    """A path of ours to go on to; anything else becomes the start page, so that no link leads away from here."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours and "\\" not in wanted and wanted.isprintable() else "/"
