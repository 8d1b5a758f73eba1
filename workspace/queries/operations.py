"""Operations as their members see them: what frames every page, who takes part, the terms, and the overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as DbSession

from workspace.errors import NotFound
from workspace.model import (
    Agency,
    Exercise,
    Exhibit,
    Lead,
    Membership,
    Operation,
    OperationAgency,
    Participation,
    Referral,
    Register,
    User,
)
from workspace.model.statements import rows_as
from workspace.queries.colleagues import AgencyName
from workspace.rules.days import WindowDay, day_in, day_of_window
from workspace.rules.exercise import PlayedBy
from workspace.rules.leads import ANSWERABLE, CLAIMABLE
from workspace.rules.roles import DIRECTOR, EXAMINERS
from workspace.rules.states import AFTER_WINDOW, state_now
from workspace.rules.vouching import MemberStanding


@dataclass(frozen=True)
class OperationHead:
    """What every page of an operation shows, and what decides where a member may go.

    `accepted`: by the viewer's country. `only_receives`: a member for whom nothing of the operation exists but what is
    referred.
    `is_revealed`: an exercise whose truth is revealed, so that there is a debrief.
    """

    id: int
    code_name: str
    state: str
    is_exercise: bool
    handling_code: str
    tlp: str
    time_zone: str
    opens_at: datetime
    closes_at: datetime
    now: datetime
    role: str
    accepted: bool
    only_receives: bool
    is_revealed: bool

    @property
    def is_examiner(self) -> bool:
        """Whether the viewer gives opinions here."""
        return self.role in EXAMINERS

    @property
    def directs(self) -> bool:
        """Whether the viewer directs this exercise."""
        return self.is_exercise and self.role in DIRECTOR

    @property
    def today(self) -> date:
        """The day that it is in the operation's time zone."""
        return day_in(self.now, self.time_zone)

    @property
    def day_of_window(self) -> WindowDay:
        """Which day of the window it is, and how many it has."""
        return day_of_window(self.now, opens_at=self.opens_at, closes_at=self.closes_at, zone=self.time_zone)

    @property
    def state_now(self) -> str:
        """The state that counts now."""
        return state_now(self.state, closes_at=self.closes_at, now=self.now)

    @property
    def window_end(self) -> datetime:
        """When the window ends: not later than now, once the operation lead has ended it before its time."""
        return min(self.closes_at, self.now) if self.state_now in AFTER_WINDOW else self.closes_at


@dataclass(frozen=True)
class Terms:
    """What a country accepts."""

    purpose: str
    legal_basis: str
    terms: str


@dataclass(frozen=True)
class Settings:
    """What an operation lead may change."""

    shows_band: bool
    second_from_other_country: bool
    lease_s: int
    suppression_threshold: int
    sweeps: bool


@dataclass(frozen=True)
class Country:
    """A country's part."""

    country: str
    accepted_at: datetime | None
    accepted_by: str | None
    shares_known_count: bool
    face_recognition: bool


@dataclass(frozen=True)
class JoinedAgency:
    """An agency's part."""

    id: int
    country: str
    name: str
    kind: str
    jurisdictions: list[str]
    competences: list[str]
    has_package_key: bool


@dataclass(frozen=True)
class OwnAgency:
    """The viewer's own agency, and whether packages can be encrypted to it."""

    id: int
    name: str
    has_package_key: bool


@dataclass(frozen=True)
class Member:
    """A person's part. standing: first and met count as people; a newcomer not yet."""

    user_id: int
    name: str
    country: str
    agency_id: int
    agency: str
    role: str
    standing: MemberStanding
    played_by: PlayedBy


def operations(session: DbSession) -> list[OperationHead]:
    """All operations the viewer belongs to, newest first; an administrator of the installation sees every one."""
    rows = session.execute(_heads().order_by(Operation.opens_at.desc(), Operation.id.desc()))
    return rows_as(OperationHead, rows)


def operation(session: DbSession, operation_id: int) -> OperationHead:
    """One operation.

    Raises:
        NotFound: there is no such operation for this viewer.
    """
    row = session.execute(_heads().where(Operation.id == operation_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such operation.")
    return OperationHead(**row._mapping)


def terms(session: DbSession, operation_id: int) -> Terms:
    """The terms of an operation. Raises: NotFound."""
    row = session.execute(
        select(Operation.purpose, Operation.legal_basis, Operation.terms).where(Operation.id == operation_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such operation.")
    return Terms(**row._mapping)


@dataclass(frozen=True)
class LeftOpen:
    """How much the next step of an operation touches, of what the viewer sees: numbers of leads and referrals."""

    claimed: int
    undecided: int
    drafted: int
    unanswered: int


def left_open(session: DbSession, operation_id: int) -> LeftOpen:
    """What is not finished in an operation."""
    of_leads = select(
        func.count().filter(Lead.holder_id.is_not(None)).label("claimed"),
        func.count().filter(Lead.stage.in_(CLAIMABLE)).label("undecided"),
    ).where(Lead.operation_id == operation_id)
    of_referrals = select(
        func.count().filter(Referral.state == "drafted").label("drafted"),
        func.count().filter(Referral.state.in_(ANSWERABLE)).label("unanswered"),
    ).where(Referral.operation_id == operation_id)
    leads, referrals = session.execute(of_leads).one(), session.execute(of_referrals).one()
    return LeftOpen(**leads._mapping, **referrals._mapping)


def operation_settings(session: DbSession, operation_id: int) -> Settings:
    """The settings of an operation. Raises: NotFound."""
    row = session.execute(
        select(
            Operation.shows_band,
            Operation.second_from_other_country,
            Operation.lease_s,
            Operation.suppression_threshold,
            Operation.sweeps,
        ).where(Operation.id == operation_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such operation.")
    return Settings(**row._mapping)


def countries(session: DbSession, operation_id: int) -> list[Country]:
    """The participating countries, by code."""
    rows = session.execute(
        select(
            Participation.country,
            Participation.accepted_at,
            User.name.label("accepted_by"),
            Participation.shares_known_count,
            Participation.face_recognition,
        )
        .outerjoin(User, User.id == Participation.accepted_by)
        .where(Participation.operation_id == operation_id)
        .order_by(Participation.country)
    )
    return [Country(**row._mapping) for row in rows]


def agencies(session: DbSession, operation_id: int) -> list[JoinedAgency]:
    """The agencies of an operation with their jurisdictions, by country and name."""
    rows = session.execute(
        select(
            Agency.id,
            Agency.country,
            Agency.name,
            Agency.kind,
            OperationAgency.jurisdictions,
            OperationAgency.competences,
            Agency.package_public_key.is_not(None).label("has_package_key"),
        )
        .join(OperationAgency, OperationAgency.agency_id == Agency.id)
        .where(OperationAgency.operation_id == operation_id)
        .order_by(Agency.country, Agency.name)
    )
    return [JoinedAgency(**row._mapping) for row in rows]


def own_agency(session: DbSession) -> OwnAgency:
    """The viewer's agency, also for those who see no other."""
    row = session.execute(
        select(Agency.id, Agency.name, Agency.package_public_key.is_not(None).label("has_package_key")).where(
            Agency.id == select(func.my_agency()).scalar_subquery()
        )
    ).one()
    return OwnAgency(**row._mapping)


def members(session: DbSession, operation_id: int) -> list[Member]:
    """The people of an operation, by country and name; who has left is not among them."""
    rows = session.execute(
        _people_of(
            operation_id,
            Agency.id.label("agency_id"),
            Membership.standing,
            func.played_by(Membership.operation_id, User.id).label("played_by"),
        ).where(User.disabled_at.is_(None))
    )
    return [Member(**row._mapping) for row in rows]


@dataclass(frozen=True)
class DisabledMember:
    """A member whose account is disabled, in no operation able to sign in."""

    user_id: int
    name: str
    country: str
    agency: str
    role: str
    disabled_at: datetime


def disabled_members(session: DbSession, operation_id: int) -> list[DisabledMember]:
    """The members whose accounts are disabled, by country and name: their countries read that it is so."""
    rows = session.execute(_people_of(operation_id, User.disabled_at).where(User.disabled_at.is_not(None)))
    return [DisabledMember(**row._mapping) for row in rows]


def _people_of(operation_id: int, *further: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[Any]:
    """The people whose membership of an operation has not ended, with these further columns, by country and name."""
    return (
        select(
            User.id.label("user_id"),
            User.name,
            Agency.country,
            Agency.name.label("agency"),
            Membership.role,
            *further,
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == User.agency_id)
        .where(
            Membership.operation_id == operation_id,
            Membership.ends_at.is_(None) | (Membership.ends_at > func.now()),
        )
        .order_by(Agency.country, User.name)
    )


def unreached_agencies(session: DbSession, operation_id: int) -> list[AgencyName]:
    """The agencies that can receive referrals, for which nobody who answers them can sign in now."""
    rows = session.execute(
        select(Agency.id, Agency.name, Agency.country)
        .join(OperationAgency, OperationAgency.agency_id == Agency.id)
        .where(
            OperationAgency.operation_id == operation_id,
            func.cardinality(OperationAgency.competences) > 0,
            Agency.id.not_in(select(func.reached_agencies(operation_id))),
        )
        .order_by(Agency.country, Agency.name)
    )
    return [AgencyName(**row._mapping) for row in rows]


def wrapped_key(session: DbSession, operation_id: int) -> bytes:
    """The operation's data key, wrapped by the master key. Raises: NotFound."""
    key = session.execute(select(Operation.wrapped_key).where(Operation.id == operation_id)).scalar_one_or_none()
    if key is None:
        raise NotFound("There is no such operation.")
    return key


def strictest_shown(session: DbSession, operation_id: int) -> str:
    """The strictest handling code of the exhibits and registers of an operation that the viewer may see; empty where
    there are none."""
    codes = union_all(
        select(Exhibit.handling_code.label("code")).where(Exhibit.operation_id == operation_id),
        select(Register.handling_code).where(Register.operation_id == operation_id),
    ).subquery()
    strictest: str = session.execute(select(func.coalesce(func.max(codes.c.code), ""))).scalar_one()
    return strictest


def _heads() -> Select[*tuple[Any, ...]]:
    mine = and_(Membership.operation_id == Operation.id, Membership.user_id == func.my_id())
    country = select(Agency.country).where(Agency.id == select(func.my_agency()).scalar_subquery()).scalar_subquery()
    return (
        select(
            Operation.id,
            Operation.code_name,
            Operation.state,
            Operation.is_exercise,
            Operation.handling_code,
            Operation.tlp,
            Operation.time_zone,
            Operation.opens_at,
            Operation.closes_at,
            func.now().label("now"),
            func.coalesce(Membership.role, "none").label("role"),
            Participation.accepted_at.is_not(None).label("accepted"),
            and_(
                Membership.role.is_not(None),
                Participation.accepted_at.is_not(None),
                Operation.id != func.all(func.my_operations()),
            ).label("only_receives"),
            Exercise.revealed_at.is_not(None).label("is_revealed"),
        )
        .outerjoin(Exercise, Exercise.operation_id == Operation.id)
        .outerjoin(Membership, mine)
        .outerjoin(Participation, and_(Participation.operation_id == Operation.id, Participation.country == country))
    )


def agency_by_name(session: DbSession, country: str, name: str) -> int | None:
    """The id of an agency of the installation, or None; agencies are known to everybody."""
    return session.execute(select(Agency.id).where(Agency.country == country, Agency.name == name)).scalar_one_or_none()
