"""Who comes with a request, and what a person may see of its own identity. Secrets are never read: rows do not hold
them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select, text
from sqlalchemy.orm import Session as DbSession

from workspace.model import Agency, ApiToken, Invitation, Operation, Passkey, Session, User
from workspace.model.database import View
from workspace.rules.credentials import FRESH, ONE_CLICK, SESSION_IDLE, TOUCH_AFTER, digest

# Asked with every request: built once, and without the session's own work around each.
_SESSION = select(
    Session.user_id,
    Session.how,
    Session.played_by,
    and_(Session.stepped_up_at.is_not(None), Session.stepped_up_at > func.now() - FRESH).label("is_fresh"),
    (Session.seen_at <= func.now() - TOUCH_AFTER).label("is_stale"),
).where(
    Session.id == bindparam("presented"),
    Session.ended_at.is_(None),
    Session.expires_at > func.now(),
    Session.seen_at > func.now() - SESSION_IDLE,
)
_TOKEN = select(
    ApiToken.user_id,
    ApiToken.scopes,
    ApiToken.exercises_only,
    func.coalesce(ApiToken.last_used_at <= func.now() - TOUCH_AFTER, True).label("is_stale"),
).where(ApiToken.id == bindparam("presented"), ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.now())
_PERSON = (
    select(User.language, User.theme, User.contact, Agency.name)
    .join(Agency, Agency.id == User.agency_id)
    .where(User.id == bindparam("person"))
)


@dataclass(frozen=True)
class Person:
    """Facts of an account as its owner's pages need them. language: the chosen one, None while the browser's is followed.
    `roles` maps operation id to role."""

    id: int
    name: str
    agency_id: int
    agency: str
    country: str
    language: str | None
    theme: str
    contact: str
    is_house_admin: bool
    roles: dict[int, str]


@dataclass(frozen=True)
class Bearer:
    """A valid session or token and the person it belongs to.

    `scopes` is None for a session. `is_fresh`: a passkey was shown within the last minutes. `is_stale`: its use should
    be written down. `exercises_only`: it came by one click of an exercise, and reaches no real operation.
    """

    id: bytes
    person: Person
    how: str
    is_fresh: bool
    is_stale: bool
    scopes: tuple[str, ...] | None
    played_by: str = "person"
    exercises_only: bool = False


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey as needed to check an answer."""

    user_id: int
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class OwnPasskey:
    """A passkey as its owner sees it."""

    id: str
    label: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class OwnSession:
    """A session as its owner sees it."""

    id: str
    how: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class OwnToken:
    """A token as its owner sees it."""

    id: str
    label: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


def presented_session(view: View, session_id: bytes) -> Bearer | None:
    """The live session with this id, if it was presented to this read; the rest of the read is then its person's."""
    row = view.session.connection().execute(_SESSION, {"presented": session_id}).one_or_none()
    by_one_click = row is not None and row.how == ONE_CLICK
    person = become(view, row.user_id, exercises_only=by_one_click) if row else None
    if row is None or person is None:
        return None
    return Bearer(session_id, person, row.how, row.is_fresh, row.is_stale, None, row.played_by, by_one_click)


def presented_token(view: View, token_id: bytes) -> Bearer | None:
    """The live token with this id, if it was presented to this read; the rest of the read is then its person's."""
    row = view.session.connection().execute(_TOKEN, {"presented": token_id}).one_or_none()
    person = become(view, row.user_id, exercises_only=row.exercises_only) if row else None
    if row is None or person is None:
        return None
    scopes = tuple(row.scopes)
    return Bearer(token_id, person, "token", False, row.is_stale, scopes, exercises_only=row.exercises_only)


def presented_invitation(view: View, secret: str) -> Person | None:
    """Whom an unused invitation is for, if it was presented to this read."""
    user_id = view.session.execute(
        select(Invitation.user_id).where(
            Invitation.id == digest(secret), Invitation.used_at.is_(None), Invitation.expires_at > func.now()
        )
    ).scalar_one_or_none()
    return become(view, user_id) if user_id is not None else None


def presented_passkey(session: DbSession, credential_id: bytes) -> PasskeyRow | None:
    """The passkey with this id, if it was presented to this read."""
    row = session.execute(
        select(Passkey.user_id, Passkey.public_key, Passkey.sign_count).where(Passkey.id == credential_id)
    ).one_or_none()
    return PasskeyRow(row.user_id, row.public_key, row.sign_count) if row else None


def become(view: View, user_id: int, *, exercises_only: bool = False) -> Person | None:
    """Make the rest of this read a person's own and return who it is; None for a disabled account."""
    actor = view.become(user_id, exercises_only=exercises_only).viewer
    if actor is None:
        return None
    row = view.session.connection().execute(_PERSON, {"person": user_id}).one()
    return Person(
        id=user_id,
        name=actor.name,
        agency_id=actor.agency_id,
        agency=row.name,
        country=actor.country,
        language=row.language,
        theme=row.theme,
        contact=row.contact,
        is_house_admin=actor.is_house_admin,
        roles=actor.roles,
    )


def is_in_an_exercise(session: DbSession) -> bool:
    """Whether the viewer belongs to an exercise."""
    return bool(session.scalar(select(select(Operation.id).where(Operation.is_exercise).exists())))


def passkeys_beside_me(session: DbSession) -> list[bytes]:
    """The credential ids of the other accounts of the viewer's operations: a device that holds one makes no passkey
    here."""
    return list(session.scalars(text("select passkeys_beside_me()")))


def own_passkeys(session: DbSession, user_id: int) -> list[OwnPasskey]:
    """The person's passkeys, oldest first."""
    rows = session.execute(
        select(Passkey.id, Passkey.label, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.created_at)
    )
    return [OwnPasskey(row.id.hex(), row.label, row.created_at, row.last_used_at) for row in rows]


def own_sessions(session: DbSession, user_id: int) -> list[OwnSession]:
    """The person's live sessions, newest first."""
    rows = session.execute(
        select(Session.id, Session.how, Session.created_at, Session.seen_at, Session.expires_at)
        .where(
            Session.user_id == user_id,
            Session.ended_at.is_(None),
            Session.expires_at > func.now(),
            Session.seen_at > func.now() - SESSION_IDLE,
        )
        .order_by(Session.created_at.desc())
    )
    return [OwnSession(row.id.hex(), row.how, row.created_at, row.seen_at, row.expires_at) for row in rows]


def own_tokens(session: DbSession, user_id: int) -> list[OwnToken]:
    """The person's live tokens, newest first."""
    rows = session.execute(
        select(
            ApiToken.id,
            ApiToken.label,
            ApiToken.scopes,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.last_used_at,
        )
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.now())
        .order_by(ApiToken.created_at.desc())
    )
    return [
        OwnToken(row.id.hex(), row.label, row.scopes, row.created_at, row.expires_at, row.last_used_at) for row in rows
    ]
