"""Referrals as people see them: an agency's inbox and outbox, and one referral with its chain and outcomes.

A receiving agency may hold no key to the lead: it sees its referral and what it stated itself, nothing of the lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import Part, rows_as, statements
from workspace.queries.permissions import OwnersPermission, permissions_for
from workspace.rules.codes import LEDGER_KINDS, AgeBand, LedgerActWhat, LedgerKind, PackageState, ReferralState, Sex
from workspace.rules.competence import stages_of
from workspace.rules.corroboration import CorroborationType, Speaks
from workspace.rules.exercise import PlayedBy
from workspace.rules.jurisdiction import Competence, Urgency
from workspace.rules.leads import FACE_KINDS, ReferralEnd

SQL = statements(__file__)
MOST = 100
"""Referrals of a part that a page shows at first."""
WHOLE = 5000
ReferralsPart = Literal["inbox", "outbox", "others"]


@dataclass(frozen=True)
class StatedCorroboration:
    """What spoke for or against the lead besides the face when the referral was drafted."""

    type: CorroborationType
    reference: str
    dated_on: date
    speaks: Speaks


@dataclass(frozen=True, kw_only=True)
class Referral:
    """A referral.

    lead_number: null for who has no key to the lead. drafted_by, approved_by: names; drafted_played_by,
    approved_played_by: who plays
    these seats. is_mine: the viewer drafted it; is_ours: the viewer's agency sends it; is_received: it was sent to the
    viewer's agency. previous_…: of the returned one that it routes on.
    """

    id: UUID
    operation_id: int
    number: int
    lead_id: UUID
    lead_number: int | None
    state: ReferralState
    competence: Competence
    urgency: Urgency
    corroboration: list[StatedCorroboration]
    message: str
    reason: str | None
    package_state: PackageState
    package_sha256: str | None
    manifest_sha256: str | None
    drafted_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    due_at: datetime | None
    is_late: bool
    is_approved: bool
    is_mine: bool
    is_received: bool
    is_ours: bool
    from_agency: str
    from_country: str
    to_agency: str
    to_country: str
    to_kind: str
    previous_number: int | None
    previous_state: ReferralState | None
    drafted_by: str | None
    approved_by: str | None
    drafted_played_by: PlayedBy
    approved_played_by: PlayedBy


@dataclass(frozen=True)
class StatedOutcome:
    """What an authority stated, about which entry of the ledger. is_ours: the viewer's agency stated it.

    is_leads_own: it is about the person whom the lead shows, not a further one. statement_id: the same in the rows of
    one statement about several children; early_reason: why its day lies before the first fact of the material.
    """

    id: UUID
    stage: str
    authority_reference: str
    stated_on: date
    place_country: str | None
    recorded_at: datetime
    revoked_at: datetime | None
    revoked_reason: str | None
    statement_id: UUID
    early_reason: str | None
    ledger_id: UUID
    is_leads_own: bool
    kind: LedgerKind
    ledger_number: int
    is_depicted: bool
    age_band: AgeBand | None
    sex: Sex
    is_ours: bool


@dataclass(frozen=True)
class ReferralPerson:
    """Who drafted or approved a referral, and how to reach this person; empty where nobody said how."""

    part: Literal["drafted", "approved"]
    name: str
    agency: str
    contact: str
    is_partner: bool


@dataclass(frozen=True)
class HeldBack:
    """Why a draft cannot be sent: what it rests on does not match the record. broken: the tables of it, as far as they
    are told. asked_by, reason: who asked to release it, and why; null while nobody has."""

    broken: list[str]
    asked_by: str | None
    reason: str | None


@dataclass(frozen=True)
class StatableStages:
    """The stages of a kind of entry that an authority may state, in their order."""

    kind: LedgerKind
    stages: list[str]


@dataclass(frozen=True, kw_only=True)
class ReferralWithOutcomes(Referral):
    """A referral with what was stated on it.

    people: who drafted and who approved it; pictures: names of the veiled pictures of its package. statable: what the
    viewer's agency may state of what it has received, by kind of entry; earliest_on: the first day of which the
    material tells, null for who may not state an outcome of it. shows_several: the lead is about files or devices,
    which may show several children. child_number: of the entry that the lead's child counts as already, by another lead
    too; null where there is none that the viewer may see. permissions: asked of owners, as far as the viewer may see.
    is_reached: somebody can sign in for the receiving agency now who answers referrals.
    ended: what the lead stood on and has lost, since it was sent too.
    held_back: why it is not sent; null where nothing holds it back, or two people have released it.
    hands_missing: the countries that must still permit it if the viewer signs; «» is an owner whom the viewer may not
    know. Empty once it was sent.
    """

    outcomes: list[StatedOutcome]
    people: list[ReferralPerson]
    pictures: list[str]
    statable: list[StatableStages]
    earliest_on: date | None
    shows_several: bool
    child_number: int | None
    permissions: list[OwnersPermission]
    is_reached: bool
    hands_missing: list[str]
    ended: list[ReferralEnd]
    held_back: HeldBack | None


@dataclass(frozen=True)
class LedgerEntry:
    """A victim or an offender, counted once. merged_into: the entry that counts instead. stages: those that hold."""

    id: UUID
    kind: LedgerKind
    number: int
    is_depicted: bool
    age_band: AgeBand | None
    sex: Sex
    merged_into: UUID | None
    stages: list[str]


@dataclass(frozen=True)
class LedgerAct:
    """What somebody said of entries of the ledger, and stands: two are one person, or one is shown after all.

    other_number: of the entry that counts for both; decided_by: null for whoever may not see that person.
    """

    id: UUID
    what: LedgerActWhat
    kind: LedgerKind
    number: int
    other_number: int | None
    decided_at: datetime
    decided_by: str | None


@dataclass(frozen=True)
class ReferralsInParts:
    """What came to the viewer's agency, what it drafted, and what is between others."""

    inbox: Part[Referral]
    outbox: Part[Referral]
    others: Part[Referral]


def referrals(session: Session, operation_id: int) -> list[Referral]:
    """All referrals that the viewer may see, those that wait for an answer first."""
    return _part(session, operation_id, None, None).rows


def referrals_in_parts(session: Session, operation_id: int, most: dict[ReferralsPart, int]) -> ReferralsInParts:
    """The first of what came to the viewer's agency, of what it drafted, and of what is between others, those that
    wait for an answer first. most: how many of each."""
    return ReferralsInParts(
        **{part: _part(session, operation_id, part, most.get(part, MOST)) for part in get_args(ReferralsPart)}
    )


def _part(session: Session, operation_id: int, part: ReferralsPart | None, most: int | None) -> Part[Referral]:
    asked = {"operation": operation_id, "id": None, "part": part, "most": most}
    rows = session.execute(SQL["referrals"], asked).all()
    return Part([Referral(**_of_row(row)) for row in rows], rows[0].of if rows else 0)


def referral(session: Session, referral_id: UUID) -> ReferralWithOutcomes:
    """One referral with its outcomes and its ledger entries.

    Raises:
        NotFound: there is no such referral for the viewer.
    """
    row = session.execute(
        SQL["referrals"], {"operation": None, "id": referral_id, "part": None, "most": None}
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such referral.")
    outcomes = rows_as(StatedOutcome, session.execute(SQL["outcomes"], {"id": referral_id}))
    more = session.execute(SQL["statable"], {"id": referral_id}).one()
    may_state = stages_of(row.to_kind, more.competences) if row.is_received else {}
    return ReferralWithOutcomes(
        **_of_row(row),
        outcomes=outcomes,
        people=rows_as(ReferralPerson, session.execute(SQL["people"], {"id": referral_id})),
        pictures=list(session.scalars(SQL["pictures"], {"id": referral_id})),
        statable=[StatableStages(kind, list(may_state[kind])) for kind in LEDGER_KINDS if kind in may_state],
        earliest_on=more.earliest_on,
        shows_several=more.lead_kind is not None and more.lead_kind not in FACE_KINDS,
        child_number=more.child_number,
        permissions=permissions_for(session, referral_id),
        is_reached=more.is_reached,
        hands_missing=list(more.hands_missing) if row.state == "drafted" else [],
        ended=list(more.ended or ()),
        held_back=_held_back(more),
    )


def _held_back(row: Row[Any]) -> HeldBack | None:
    if not row.broken or row.released_at is not None:
        return None
    return HeldBack([table for table in row.broken if table], row.release_asked_by, row.release_reason)


def _of_row(row: Row[Any]) -> dict[str, Any]:
    facts = {name: value for name, value in row._mapping.items() if name != "of"}
    return {**facts, "corroboration": corroboration_of(row.corroboration)}


def corroboration_of(kept: list[dict[str, str]]) -> list[StatedCorroboration]:
    """What a referral keeps, as facts."""
    return [
        StatedCorroboration(
            each["type"],  # type: ignore[arg-type]
            each["reference"],
            date.fromisoformat(each["dated_on"]),
            each["speaks"],  # type: ignore[arg-type]
        )
        for each in kept
    ]


def ledger(session: Session, operation_id: int) -> list[LedgerEntry]:
    """The victims and offenders that the viewer may see."""
    return rows_as(LedgerEntry, session.execute(SQL["ledger"], {"operation": operation_id}))


def ledger_acts(session: Session, operation_id: int) -> list[LedgerAct]:
    """What people said of entries of the ledger that the viewer may see, and did not take back."""
    return rows_as(LedgerAct, session.execute(SQL["ledger_acts"], {"operation": operation_id}))
