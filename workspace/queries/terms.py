"""What each country has accepted and consented to, with its dates, and how the window was moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.codes import Consent as ConsentCode
from workspace.rules.terms import Change, ProposalEnd, Rule

SQL = statements(__file__)


@dataclass(frozen=True)
class WindowMove:
    """One move of the window's end. by: a name."""

    id: UUID
    before: datetime
    after: datetime
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class WindowOfCountry:
    """Up to which end a country's shared material opens to others. is_asked: the window ends later than it accepted.
    has_ended: its own end has passed, and the material is closed to others until the country accepts."""

    country: str
    accepted_until: datetime
    is_asked: bool
    has_ended: bool


@dataclass(frozen=True)
class OperationWindow:
    """The window with its moves, the newest first, and every country that has accepted the terms."""

    opens_at: datetime
    closes_at: datetime
    moves: list[WindowMove]
    countries: list[WindowOfCountry]


@dataclass(frozen=True)
class ConsentRow:
    """Something that a country accepted or consented to, or took back, with its date. until: the end of the window."""

    country: str
    what: ConsentCode
    is_given: bool
    until: datetime | None
    by: str
    at: datetime


def operation_window(session: Session, operation_id: int) -> OperationWindow:
    """The window of an operation that the viewer may see."""
    here = {"operation": operation_id}
    opens_at, closes_at = session.execute(
        text("select opens_at, closes_at from operation where id = :operation"), here
    ).one()
    moves = session.execute(SQL["moves"], here)
    countries = session.execute(SQL["countries"], here)
    return OperationWindow(opens_at, closes_at, rows_as(WindowMove, moves), rows_as(WindowOfCountry, countries))


def consents(session: Session, operation_id: int) -> list[ConsentRow]:
    """Everything that the countries have accepted, consented to or taken back, the newest first."""
    rows = session.execute(SQL["consents"], {"operation": operation_id})
    return rows_as(ConsentRow, rows)


@dataclass(frozen=True)
class TermsVersion:
    """What a version changed, by whom, and since when it holds. setting and after: of a rule; agency, its country and
    what it may do: of an agency. was_proposed: every country that had accepted the terms accepted it."""

    version: int
    what: Change
    setting: Rule | None
    after: bool | None
    agency: str | None
    country: str | None
    jurisdictions: list[str]
    by: str
    at: datetime
    was_proposed: bool


@dataclass(frozen=True)
class CountryAnswer:
    """What a country that has accepted the terms says to a proposal. is_yes: None while it says nothing."""

    country: str
    is_yes: bool | None
    reason: str | None
    at: datetime | None


@dataclass(frozen=True)
class Proposal:
    """A change that takes effect only when every country that has accepted the terms accepts it. ended_as: None while
    it waits."""

    id: UUID
    what: Change
    setting: Rule | None
    after: bool | None
    agency: str | None
    country: str | None
    jurisdictions: list[str]
    reason: str
    by: str
    by_country: str
    at: datetime
    lapses_at: datetime
    ended_as: ProposalEnd | None
    answers: list[CountryAnswer]


@dataclass(frozen=True)
class OwnerAnswer:
    """Whether an owner opens to a country that joined after the owner had accepted. is_open: None while it has not
    said."""

    owner: str
    is_open: bool | None
    at: datetime | None


@dataclass(frozen=True)
class JoiningCountry:
    """A country that joined with a later version, and the owners whose yes it needs one by one."""

    country: str
    joined_version: int
    has_accepted: bool
    owners: list[OwnerAnswer]


@dataclass(frozen=True)
class AgreedTerms:
    """The version in force, what each version changed, the proposals, newest first, and the countries that joined
    later."""

    version: int
    versions: list[TermsVersion]
    proposals: list[Proposal]
    joining: list[JoiningCountry]


def agreed_terms(session: Session, operation_id: int) -> AgreedTerms:
    """What the countries have agreed on and what is proposed, of an operation that the viewer may see."""
    here = {"operation": operation_id}
    version = session.execute(text("select terms_version from operation where id = :operation"), here).scalar_one()
    return AgreedTerms(version, _versions(session, here), _proposals(session, here), _joining(session, here))


def _versions(session: Session, here: dict[str, int]) -> list[TermsVersion]:
    rows = session.execute(
        SQL["versions"],
        here,
    )
    return rows_as(TermsVersion, rows)


def _proposals(session: Session, here: dict[str, int]) -> list[Proposal]:
    answers: dict[UUID, list[CountryAnswer]] = {}
    for row in session.execute(
        SQL["answers"],
        here,
    ):
        answers.setdefault(row.id, []).append(CountryAnswer(row.country, row.is_yes, row.reason, row.at))
    rows = session.execute(
        SQL["proposals"],
        here,
    )
    return [Proposal(**row._mapping, answers=answers.get(row.id, [])) for row in rows]


def _joining(session: Session, here: dict[str, int]) -> list[JoiningCountry]:
    rows = session.execute(
        SQL["joining"],
        here,
    )
    joining: dict[str, JoiningCountry] = {}
    for row in rows:
        one = joining.setdefault(row.country, JoiningCountry(row.country, row.joined_version, row.has_accepted, []))
        if row.owner is not None:
            one.owners.append(OwnerAnswer(row.owner, row.is_open, row.at))
    return list(joining.values())


@dataclass(frozen=True)
class OwnExhibits:
    """How many exhibits of the viewer's country are shared with all, and how many are closed."""

    shared: int
    closed: int


def own_exhibits(session: Session, operation_id: int, country: str) -> OwnExhibits:
    """What opens to a country that joins if the viewer's opens to it, as far as the viewer sees the own country's."""
    row = session.execute(SQL["own_exhibits"], {"operation": operation_id, "country": country}).one()
    return OwnExhibits(**row._mapping)
