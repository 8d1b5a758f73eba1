"""People and agencies of the installation: the service users, agencies, accounts and one-time invitations.

Must not decide who belongs to an operation (operations.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session as DbSession

from workspace import events
from workspace.commands.identity import end_others_sessions
from workspace.commands.locks import hold
from workspace.commands.steps import insert_agency, insert_invitation, insert_user
from workspace.errors import Conflict, NotFound, NotSignedIn
from workspace.model import Agency, User
from workspace.model.database import Database, Tx
from workspace.rules.policy import require_installation

SERVICE_AGENCY = "Concord"
SERVICE_COUNTRY = "XX"
"""ISO 3166-1 leaves XX to users; it stands for no country."""
WORKER, HOUSEKEEPING = "worker", "housekeeping"

_OPERATIONS_OF = text("select operations_of(:user)")
_KEPT_ALONE = text("select keeps_alone(:user)")


@dataclass(frozen=True)
class ServiceUsers:
    """The ids of the two accounts that act when no person does."""

    worker_id: int
    housekeeping_id: int


@dataclass(frozen=True)
class Invited:
    """A person and the secret of the one-time link; the link is shown once and never stored."""

    user_id: int
    secret: str


def ensure_service_users(workers: Database) -> ServiceUsers:
    """Make sure that the service users exist and return them; needs the workers' role. Safe to run at every start."""
    with workers.read(None) as view:
        users = service_users(view.session)
    if users is not None:
        return users
    with workers.first_write(_make_housekeeping) as tx:
        users = service_users(tx.session)
        if users is None:
            _insert_service_user(tx.session, tx.actor.agency_id, WORKER)
            users = service_users(tx.session)
            if users is None:
                raise NotFound("The service users could not be made.")
            tx.record(events.AgencyCreated(events.INSTALLATION, agency=tx.actor.agency_id))
            for user_id in (users.housekeeping_id, users.worker_id):
                tx.record(events.UserCreated(events.INSTALLATION, user=user_id, agency=tx.actor.agency_id))
    return users


def service_users(session: DbSession) -> ServiceUsers | None:
    """The service users, or None while the installation is empty; everybody may know them."""
    rows = session.execute(
        select(User.name, func.min(User.id))
        .where(User.is_service, User.name.in_((WORKER, HOUSEKEEPING)))
        .group_by(User.name)
    ).all()
    ids = {row[0]: row[1] for row in rows}
    return ServiceUsers(ids[WORKER], ids[HOUSEKEEPING]) if len(ids) == 2 else None


def create_agency(tx: Tx, *, country: str, name: str, kind: str) -> int:
    """Make an agency and return its id. Asks `create_agency`; records `agency:created`.

    Raises:
        Invalid: the country or the kind is unknown.
        Conflict: the country has an agency of this name.
    """
    require_installation(tx.actor, "create_agency")
    return insert_agency(tx, country=country, name=name, kind=kind)


def create_user(tx: Tx, *, agency_id: int, name: str, is_house_admin: bool = False) -> int:
    """Make an account and return its id. Asks `create_user`; records `user:created`."""
    require_installation(tx.actor, "create_user")
    return insert_user(tx, agency_id=agency_id, name=name, is_house_admin=is_house_admin)


def invite_user(tx: Tx, user_id: int) -> Invited:
    """Give a person a new one-time invitation, also after a lost passkey; earlier ones end. Asks `invite_user`.

    Records `invitation:created`.

    Raises:
        NotFound: there is no such person, or the account is disabled.
    """
    require_installation(tx.actor, "invite_user")
    hold(tx, "account", [user_id])
    known = select(User.id).where(User.id == user_id, User.disabled_at.is_(None), User.is_service.is_(False))
    if tx.session.execute(known).first() is None:
        raise NotFound("There is no such person.")
    tx.session.execute(text("select void_invitations(:user)"), {"user": user_id})
    return Invited(user_id, insert_invitation(tx, user_id))


def disable_user(tx: Tx, user_id: int) -> None:
    """Disable an account; sessions and tokens of it stop at once. Asks `disable_user`; records `user:disabled`, and
    `member:disabled` in each operation of the person, whose members read it.

    Raises:
        NotFound: there is no such person, or it is disabled already.
        Conflict: nobody disables his own account: the installation could lose its last administrator. Or nobody else
            leads or administers an operation: nobody could bring people in.
    """
    require_installation(tx.actor, "disable_user")
    if user_id == tx.actor.id:
        raise Conflict("You cannot disable your own account.")
    hold(tx, "account", [user_id, tx.actor.id])
    operations = tx.session.scalars(_OPERATIONS_OF, {"user": user_id}).all()
    hold(tx, "members", operations)
    _require_still_admin(tx)
    if kept := tx.session.scalar(_KEPT_ALONE, {"user": user_id}):
        raise Conflict(
            "Nobody else leads or administers {count} of this person's operations, so that nobody could bring people "
            "in: give somebody one of these roles there first. Until then «End sessions» signs this person out.",
            count=kept,
        )
    tx.change_one(
        update(User)
        .where(User.id == user_id, User.disabled_at.is_(None), User.is_service.is_(False))
        .values(disabled_at=func.now()),
        otherwise=NotFound("There is no such person."),
    )
    tx.record(events.UserDisabled(events.INSTALLATION, user=user_id))
    for operation_id in operations:
        tx.record(events.MemberDisabled(events.Place(operation_id), user=user_id))


def enable_user(tx: Tx, user_id: int) -> None:
    """Let a person in again whose account was disabled, with the passkeys and the parts from before; sessions and
    tokens of then stay ended.

    Asks `enable_user`; records `user:enabled`, `member:enabled` in each operation of the person, and what
    `end_others_sessions` records.

    Raises:
        NotFound: there is no such person, or the account is not disabled.
    """
    require_installation(tx.actor, "enable_user")
    hold(tx, "account", [user_id, tx.actor.id])
    operations = tx.session.scalars(_OPERATIONS_OF, {"user": user_id}).all()
    hold(tx, "members", operations)
    _require_still_admin(tx)
    tx.change_one(
        update(User)
        .where(User.id == user_id, User.disabled_at.is_not(None), User.is_service.is_(False))
        .values(disabled_at=None),
        otherwise=NotFound("There is no such person, or the account is not disabled."),
    )
    end_others_sessions(tx, user_id)
    tx.record(events.UserEnabled(events.INSTALLATION, user=user_id))
    for operation_id in operations:
        tx.record(events.MemberEnabled(events.Place(operation_id), user=user_id))


def _require_still_admin(tx: Tx) -> None:
    """Two who disable each other at the same moment: the later one is nobody any more. Asked once the account is
    held."""
    if not tx.actor.is_service and not tx.session.scalar(select(func.is_house_admin())):
        raise NotSignedIn("This account does not exist or is disabled.")


def _make_housekeeping(session: DbSession) -> int:
    """Insert the installation's agency and its first service user; of two starts at once one waits and finds them."""
    session.execute(text("select pg_advisory_xact_lock(hashtext('concord installation'))"))
    session.execute(
        upsert(Agency).values(country=SERVICE_COUNTRY, name=SERVICE_AGENCY, kind="service").on_conflict_do_nothing()
    )
    agency_id = session.scalars(
        select(Agency.id).where(Agency.country == SERVICE_COUNTRY, Agency.name == SERVICE_AGENCY)
    ).one()
    known = session.scalars(
        select(User.id).where(User.agency_id == agency_id, User.name == HOUSEKEEPING, User.is_service)
    ).one_or_none()
    return known if known is not None else _insert_service_user(session, agency_id, HOUSEKEEPING)


def _insert_service_user(session: DbSession, agency_id: int, name: str) -> int:
    return session.scalars(
        insert(User).values(agency_id=agency_id, name=name, is_service=True).returning(User.id)
    ).one()
