"""Identity: challenges, passkeys, sessions and tokens. A secret leaves here once, to its owner; rows hold its SHA-256
only.

Whether a passkey's answer is right is decided at the edge (web/passkeys.py); whether it still counts is decided here,
by the database's clock.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from workspace import events
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import ApiToken, Challenge, Invitation, Passkey, Session, User
from workspace.model.database import Tx
from workspace.rules.codes import FOLLOW_BROWSER, LANGUAGES, THEMES
from workspace.rules.credentials import (
    CHALLENGE_LIFE,
    ONE_CLICK,
    SCOPES,
    SESSION_LIFE,
    TOKEN_LONGEST,
    TOKEN_PREFIX,
    TOUCH_AFTER,
    digest,
)
from workspace.rules.policy import require_installation
from workspace.rules.reasons import require_words, words_of


def open_challenge(tx: Tx, challenge: bytes, *, purpose: str, user_id: int | None) -> None:
    """Remember a challenge that was handed out; `user_id` binds it to one person. Asks `start_session`."""
    require_installation(tx.actor, "start_session")
    tx.session.execute(
        insert(Challenge).values(
            id=digest(challenge), user_id=user_id, purpose=purpose, expires_at=tx.now + CHALLENGE_LIFE
        )
    )


def take_challenge(tx: Tx, challenge: bytes, *, purpose: str, user_id: int | None) -> None:
    """Use a challenge up; it must have been presented to this write. Asks `start_session`.

    Raises:
        Conflict: it was used before, has expired, or was made for something else.
    """
    require_installation(tx.actor, "start_session")
    row = tx.session.execute(
        delete(Challenge)
        .where(Challenge.id == digest(challenge), Challenge.expires_at > func.now())
        .returning(Challenge.purpose, Challenge.user_id)
    ).one_or_none()
    if row is None or (row.purpose, row.user_id) != (purpose, user_id):
        tx.refuse(Conflict("This attempt was used before or took too long. Start again."))


def accept_invitation(tx: Tx, invitation: str) -> None:
    """Use up the actor's own invitation. Asks `enrol_passkey`.

    Raises:
        NotFound: it is not the actor's, was used, or has expired.
    """
    require_installation(tx.actor, "enrol_passkey")
    tx.change_one(
        update(Invitation)
        .where(
            Invitation.id == digest(invitation),
            Invitation.user_id == tx.actor.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > func.now(),
        )
        .values(used_at=func.now()),
        otherwise=NotFound("This invitation was used or has expired. Ask for a new one."),
    )


def enrol_passkey(tx: Tx, *, credential_id: bytes, public_key: bytes, sign_count: int, label: str) -> None:
    """Add a verified passkey to the actor. Asks `enrol_passkey`; records `passkey:enrolled`.

    Raises:
        Conflict: this passkey is enrolled already.
    """
    require_installation(tx.actor, "enrol_passkey")
    require_words(label=label)
    row = {
        "id": credential_id,
        "user_id": tx.actor.id,
        "public_key": public_key,
        "sign_count": sign_count,
        "label": words_of(label),
    }
    try:
        tx.session.execute(insert(Passkey).values(row))
    except IntegrityError as cause:
        raise Conflict("This passkey is enrolled already. Use another one.") from cause
    tx.record(events.PasskeyEnrolled(events.INSTALLATION, user=tx.actor.id))


def remove_passkey(tx: Tx, credential_id: bytes) -> None:
    """Remove one of the actor's own passkeys, but never the last. Asks `remove_passkey`; records `passkey:removed`.

    Raises:
        NotFound: the actor has no such passkey.
        Conflict: it is the last one; nobody could sign in any more.
    """
    require_installation(tx.actor, "remove_passkey")
    hold(tx, "account", [tx.actor.id])
    own = list(tx.session.scalars(select(Passkey.id).where(Passkey.user_id == tx.actor.id)))
    if credential_id not in own:
        raise NotFound("There is no such passkey.")
    if len(own) == 1:
        raise Conflict("This is your last passkey. Add another one first.")
    tx.session.execute(delete(Passkey).where(Passkey.id == credential_id))
    tx.record(events.PasskeyRemoved(events.INSTALLATION, user=tx.actor.id))


def use_passkey(tx: Tx, credential_id: bytes, *, sign_count: int) -> None:
    """Note that the actor showed a passkey. Asks `start_session`."""
    require_installation(tx.actor, "start_session")
    tx.session.execute(
        update(Passkey)
        .where(Passkey.id == credential_id, Passkey.user_id == tx.actor.id)
        .values(sign_count=sign_count, last_used_at=func.now())
    )


def start_session(tx: Tx, *, how: str, played_by: str = "person") -> str:
    """Start a session of the actor and return its secret. Asks `start_session`; records `session:started`.

    how: "passkey", "invitation" (the first passkey was just enrolled) or "exercise_link".
    played_by: "partner" for the process that plays a seat of an exercise; the database takes it with an exercise link
    alone.
    """
    require_installation(tx.actor, "start_session")
    secret = secrets.token_urlsafe(32)
    tx.session.execute(
        insert(Session).values(
            id=digest(secret),
            user_id=tx.actor.id,
            how=how,
            played_by=played_by,
            expires_at=tx.now + SESSION_LIFE,
            stepped_up_at=None if how == ONE_CLICK else tx.now,
        )
    )
    tx.record(events.SessionStarted(events.INSTALLATION, user=tx.actor.id, how=how))
    return secret


def touch_session(tx: Tx, session_id: bytes) -> None:
    """Write down that the actor's session is in use. Asks `start_session`."""
    require_installation(tx.actor, "start_session")
    tx.session.execute(
        update(Session)
        .where(Session.id == session_id, Session.user_id == tx.actor.id, Session.seen_at <= tx.now - TOUCH_AFTER)
        .values(seen_at=func.now())
    )


def step_up(tx: Tx, session_id: bytes) -> None:
    """Note that the actor showed a passkey in this session just now. Asks `step_up`; records `session:stepped_up`."""
    require_installation(tx.actor, "step_up")
    tx.session.execute(
        update(Session).where(Session.id == session_id, Session.user_id == tx.actor.id).values(stepped_up_at=func.now())
    )
    tx.record(events.SessionSteppedUp(events.INSTALLATION, user=tx.actor.id))


def end_session(tx: Tx, session_id: bytes) -> None:
    """End one of the actor's own sessions. Asks `end_session`; records `session:ended`.

    Raises:
        NotFound: the actor has no such live session.
    """
    require_installation(tx.actor, "end_session")
    ending = update(Session).where(Session.id == session_id, Session.user_id == tx.actor.id, Session.ended_at.is_(None))
    tx.change_one(ending.values(ended_at=func.now()), otherwise=NotFound("There is no such session."))
    tx.record(events.SessionEnded(events.INSTALLATION, user=tx.actor.id))


def end_partner_sessions(tx: Tx) -> None:
    """End the sessions in which a partner plays the actor's seat in an exercise. Asks `end_session`; records
    `session:ended` for each."""
    require_installation(tx.actor, "end_session")
    ended = tx.change(
        update(Session)
        .where(Session.user_id == tx.actor.id, Session.played_by == "partner", Session.ended_at.is_(None))
        .values(ended_at=func.now())
    )
    for _ in range(ended):
        tx.record(events.SessionEnded(events.INSTALLATION, user=tx.actor.id))


def end_others_sessions(tx: Tx, user_id: int) -> int:
    """End all sessions of a person, revoke all tokens, and return how many sessions ended.

    Asks `end_others_session`; records `session:ended` and `token:revoked` for each.
    """
    require_installation(tx.actor, "end_others_session")
    return _end_all(tx, user_id)


def let_go_of_lost(tx: Tx) -> None:
    """End whatever a lost device of the actor could come in with: its passkeys, sessions and tokens, and other
    invitations.

    Belongs to an enrolment by invitation. Asks `enrol_passkey`; records `passkey:removed`, `session:ended` and
    `token:revoked` for each.
    """
    require_installation(tx.actor, "enrol_passkey")
    for _ in range(tx.change(delete(Passkey).where(Passkey.user_id == tx.actor.id))):
        tx.record(events.PasskeyRemoved(events.INSTALLATION, user=tx.actor.id))
    _end_all(tx, tx.actor.id)
    tx.change(
        update(Invitation)
        .where(Invitation.user_id == tx.actor.id, Invitation.used_at.is_(None))
        .values(used_at=func.now())
    )


def _end_all(tx: Tx, user_id: int) -> int:
    ending = update(Session).where(Session.user_id == user_id, Session.ended_at.is_(None))
    ended = tx.change(ending.values(ended_at=func.now()))
    for _ in range(ended):
        tx.record(events.SessionEnded(events.INSTALLATION, user=user_id))
    for _ in range(tx.session.execute(text("select revoke_tokens(:user)"), {"user": user_id}).scalar_one()):
        tx.record(events.TokenRevoked(events.INSTALLATION, user=user_id))
    return ended


def create_token(tx: Tx, *, label: str, scopes: list[str], days: int) -> str:
    """Make an API token of the actor and return its secret. Asks `create_token`; records `token:created`.

    The database marks one that is made in a one-click session: it reaches exercises alone.

    Raises:
        Invalid: a scope is unknown, there is none, or the life is not between 1 and 366 days.
    """
    require_installation(tx.actor, "create_token")
    require_words(label=label)
    faults = [Fault("scopes", "«{value}» is unknown", value=scope) for scope in scopes if scope not in SCOPES]
    if not scopes:
        faults.append(Fault("scopes", "choose at least one"))
    if not 1 <= days <= TOKEN_LONGEST.days:
        faults.append(Fault("days", "between {least} and {most}", least=1, most=TOKEN_LONGEST.days))
    if faults:
        raise Invalid("The token cannot be made.", faults=faults)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    tx.session.execute(
        insert(ApiToken).values(
            id=digest(secret),
            user_id=tx.actor.id,
            label=words_of(label),
            scopes=sorted(set(scopes)),
            expires_at=tx.now + timedelta(days=days),
        )
    )
    tx.record(events.TokenCreated(events.INSTALLATION, user=tx.actor.id, scopes=tuple(sorted(set(scopes)))))
    return secret


def touch_token(tx: Tx, token_id: bytes) -> None:
    """Write down that the actor's token is in use. Asks `start_session`."""
    require_installation(tx.actor, "start_session")
    tx.session.execute(
        update(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == tx.actor.id).values(last_used_at=func.now())
    )


def revoke_token(tx: Tx, token_id: bytes) -> None:
    """Revoke one of the actor's own tokens. Asks `revoke_token`; records `token:revoked`.

    Raises:
        NotFound: the actor has no such live token.
    """
    require_installation(tx.actor, "revoke_token")
    ending = update(ApiToken).where(
        ApiToken.id == token_id, ApiToken.user_id == tx.actor.id, ApiToken.revoked_at.is_(None)
    )
    tx.change_one(ending.values(revoked_at=func.now()), otherwise=NotFound("There is no such token."))
    tx.record(events.TokenRevoked(events.INSTALLATION, user=tx.actor.id))


def change_preferences(
    tx: Tx, *, language: str | None = None, theme: str | None = None, contact: str | None = None
) -> None:
    """Change the actor's language or theme, or how other agencies reach the actor. Asks `change_preferences`; no event:
    it concerns nobody else.

    language: «browser» gives the choice back: pages follow the browser again.

    Raises:
        Invalid: the language or the theme is unknown.
    """
    require_installation(tx.actor, "change_preferences")
    wanted = {"language": (language, (*LANGUAGES, FOLLOW_BROWSER)), "theme": (theme, THEMES)}
    faults = [
        Fault(name, "«{value}» is unknown", value=value)
        for name, (value, known) in wanted.items()
        if value not in (None, *known)
    ]
    if faults:
        raise Invalid("These preferences are unknown.", faults=faults)
    values = {
        name: None if value == FOLLOW_BROWSER else value for name, (value, _) in wanted.items() if value is not None
    }
    if contact is not None:
        values["contact"] = words_of(contact)
    if values:
        tx.session.execute(update(User).where(User.id == tx.actor.id).values(**values))
