"""What every command begins with: load what it is about as the actor sees it, ask policy, and check what several
commands require.

Must not change anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import load_only

from workspace.commands.locks import hold, take_place
from workspace.errors import Conflict, Fault, Forbidden, Held, Invalid, NotFound, Text, WorkspaceError
from workspace.events import Place
from workspace.model import (
    Agency,
    Lead,
    Operation,
    Outcome,
    Participation,
    Referral,
    User,
)
from workspace.model.database import Asked, Tx
from workspace.rules import policy
from workspace.rules.days import day_in
from workspace.rules.leads import goes_on
from workspace.rules.states import state_now

# Built once, at import: constructing a SQLAlchemy statement costs more than running it (benchmarks/write_path.py).
# What commands ask for most; the rest of a row is loaded where it is used. Half of a load's time is that of its
# columns.
_ASKED_OF_OPERATION = load_only(
    Operation.id,
    Operation.state,
    Operation.closes_at,
    Operation.time_zone,
    Operation.is_exercise,
    Operation.lease_s,
)
_ASKED_OF_LEAD = load_only(
    Lead.id,
    Lead.operation_id,
    Lead.number,
    Lead.kind,
    Lead.locks,
    Lead.countries,
    Lead.stage,
    Lead.stage_since,
    Lead.priority,
    Lead.holder_id,
    Lead.holder_agency_id,
    Lead.lease_until,
    Lead.claim_token,
    Lead.custody,
    Lead.holder_left,
    Lead.late_until,
    Lead.basis_ended,
    Lead.opinions,
    Lead.bands_shown,
)
_LEAD = (
    select(Lead, Operation)
    .join(Operation, Operation.id == Lead.operation_id)
    .where(Lead.id == bindparam("lead"))
    .options(_ASKED_OF_LEAD, _ASKED_OF_OPERATION)
)
_LETS_COMPARE = (
    select(Participation.face_recognition)
    .where(Participation.operation_id == bindparam("operation"), Participation.country == bindparam("country"))
    .with_for_update(read=True)
)
_HELD_LEAD = _LEAD.with_for_update(of=Lead, key_share=True)

UNSETTLED = Text(
    "An opinion on this lead was signed a moment ago and can still be taken back; try again in a few seconds."
)

NOT_INDEPENDENT = Text(
    "Two people must be two people, and one of you was met only by the other, or by people whom the other brought "
    "in. Nothing is lost. Let a second member of another agency meet that person, under «Members», or let somebody "
    "else do this."
)
"""For whoever would be the second of a rule of two, and is not independent of the first (rules/vouching.py)."""

RECORD_IS_BROKEN = Text(
    "Rows or events of this operation do not match the record. While that is so nothing is frozen. Observers and the "
    "operation lead read which they are on the page Record."
)

_ACTOR_MAY_NOT: Mapping[str, tuple[type[WorkspaceError], Text]] = {
    "no_examiner": (Forbidden, Text("Your role in this operation does not allow this.")),
    "no_key": (NotFound, Text("There is no such lead.")),
    "one_side": (Forbidden, Text("One side of this lead is closed to you. Ask for access first.")),
    "own_opinion": (
        Conflict,
        Text("You have already given your opinion on this lead; another examiner must give the next one."),
    ),
    "unsettled": (Conflict, UNSETTLED),
    "newcomer": (Forbidden, policy.NEWCOMER),
    "not_qualified": (
        Forbidden,
        Text(
            "No record of your training for this kind of lead is valid today. Your country lead records it, under "
            "«Members»; the operation lead does for country leads."
        ),
    ),
    "not_independent": (Forbidden, NOT_INDEPENDENT),
    "same_country": (
        Forbidden,
        Text("The first opinion came from your country; another country must give the second."),
    ),
}
"""Messages for an examiner who may not judge a lead, by the code of why_not_judge (visibility.sql)."""

_WHY_NOT = text("select why_not_judge(:lead, :user)")
_WHO_HOLDS = text("select id, name, country, lease_until, played_by from who_holds(:lead)")


def require_operation(tx: Tx, action: str, operation_id: int, *, held: bool = False) -> Operation:
    """Load the operation and pass if the actor may do the action in it now.

    held: hold its row until the commit: for what changes it, or is decided by what stands there.

    Raises:
        NotFound: there is no such operation for this actor.
        Forbidden, Closed: see `policy.require`.
        NotFresh: see `policy.require_standing`.
    """
    if held:
        hold(tx, "operation", [operation_id])
    operation = tx.session.get(Operation, operation_id, options=(_ASKED_OF_OPERATION,), populate_existing=held)
    if operation is None:
        raise NotFound("There is no such operation.")
    tx.kept.append(operation)
    _require(tx, action, policy.OperationFacts(operation.id, operation_state(tx, operation)))
    policy.require_standing(action, tx.standing, is_exercise=operation.is_exercise)
    return operation


def require_lead(tx: Tx, action: str, lead_id: UUID, *, held: bool = False) -> tuple[Lead, Operation]:
    """Load the lead with its operation in one round trip and pass if the actor may do the action now.

    held: hold the lead's row until the commit: for what is decided by what stands there.

    Raises:
        NotFound: there is no such lead for this actor.
        Forbidden, Closed: see `policy.require`.
        NotFresh: see `policy.require_standing`.
    """
    if held:
        take_place(tx, "lead")
    row = tx.session.execute(
        _HELD_LEAD if held else _LEAD, {"lead": lead_id}, execution_options={"populate_existing": held}
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such lead.")
    lead, operation = row
    tx.kept.append(operation)
    require_of_lead(tx, action, lead, operation)
    return lead, operation


class AskedOperation(Protocol):
    """What policy is asked about of an operation."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def state(self) -> str:
        """As it is written; which counts now is computed."""

    @property
    def closes_at(self) -> datetime:
        """The end of its window."""

    @property
    def time_zone(self) -> str:
        """Whose days are its days."""

    @property
    def is_exercise(self) -> bool:
        """Whether it is for training."""


class AskedLead(Protocol):
    """What policy is asked about of a lead."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def countries(self) -> Sequence[str]:
        """Whose material meets in it."""

    @property
    def custody(self) -> str | None:
        """The country that had it in hand when the window ended."""

    @property
    def late_until(self) -> date | None:
        """How long it is worked on, if it was found after the window."""


def require_of_lead(tx: Tx, action: str, lead: AskedLead, operation: AskedOperation) -> None:
    """Pass if the actor may do the action now to a lead that the actor sees. For what has it in hand already; else
    `require_lead`.

    Raises:
        Forbidden, Closed: see `policy.require`.
        NotFresh: see `policy.require_standing`.
    """
    on = goes_on(
        tx.actor.country,
        custody=lead.custody,
        countries=lead.countries,
        late_until=lead.late_until,
        today=day_in(tx.now, operation.time_zone),
    )
    facts = policy.OperationFacts(operation.id, operation_state(tx, operation), on)
    _require(tx, action, facts, lead.id)
    policy.require_standing(action, tx.standing, is_exercise=operation.is_exercise)


class Lying(Protocol):
    """A row that lies in one compartment."""

    @property
    def operation_id(self) -> int:
        """Its operation."""

    @property
    def compartment_id(self) -> int:
        """Its lock."""


def at(row: Lead | Referral | Outcome | Lying, *, locks: Sequence[int] | None = None) -> Place:
    """Where an event about this row happens: its operation, its lead if it is about one, and the row's own locks unless
    others are given."""
    if isinstance(row, Lead | Referral | Outcome):
        lead_id = row.id if isinstance(row, Lead) else row.lead_id
        return Place(row.operation_id, locks=tuple(row.locks if locks is None else locks), lead_id=lead_id)
    return Place(row.operation_id, locks=(row.compartment_id,) if locks is None else tuple(locks))


def _require(tx: Tx, action: str, facts: policy.OperationFacts, lead_id: UUID | None = None) -> None:
    """Ask policy, and have it asked again when the write is stored: the actor may be removed, or the operation closed,
    meanwhile. What changes standings itself is not undone by the change."""
    policy.require(tx.actor, action, facts)
    if tx.actor.is_service:
        return
    tx.questions.append((action, facts.id, lead_id))
    rule = policy.RULES[action]
    states = rule.states if facts.state in rule.states else None
    met = not rule.newcomers and action not in ("vouch_for", "withdraw_vouch")
    tx.ask_again(facts.id, Asked(tx.actor.roles[facts.id], states, met))


def operation_state(tx: Tx, operation: AskedOperation) -> str:
    """The operation's state that counts now."""
    return state_now(operation.state, closes_at=operation.closes_at, now=tx.now)


def require_own_country(tx: Tx, operation: Operation, country: str) -> None:
    """Pass if the actor may bring in material of this country.

    Raises:
        Invalid: the country takes no part in the operation.
        Forbidden: it is not the actor's, or it has not accepted the terms.
    """
    participation = tx.find(
        Participation,
        (operation.id, country),
        otherwise=Invalid(
            "{country} takes no part in this operation.",
            country=country,
            faults=[Fault("country", "{country} takes no part in this operation.", country=country)],
        ),
    )
    if tx.actor.country != country:
        raise Forbidden("You may bring in material of your own country only.", country=tx.actor.country)
    if participation.accepted_at is None:
        raise Forbidden("Your country has not accepted the terms of this operation yet.")


def lets_compare(tx: Tx, operation_id: int, country: str) -> bool:
    """Whether a country lets its faces be compared. Its row is locked until the commit: whoever changes the consent
    meanwhile waits, and finds what this write leaves."""
    take_place(tx, "country")
    return bool(
        tx.session.connection().execute(_LETS_COMPARE, {"operation": operation_id, "country": country}).scalar()
    )


def require_may_judge(tx: Tx, lead_id: UUID) -> None:
    """Pass if the actor may give the next opinion on the lead.

    Raises:
        Conflict: the actor has given one, or another's is signed and not settled yet.
        Forbidden: the first opinion came from the actor's country and the operation wants the second from another.
    """
    require_none_against(why_not_judge(tx, lead_id, tx.actor.id))


def require_none_against(why_not: str | None) -> None:
    """Pass if there is no reason why the actor may not judge. why_not: a code of `why_not_judge`."""
    if why_not is not None:
        kind, message = _ACTOR_MAY_NOT[why_not]
        raise kind(message)


def why_not_judge(tx: Tx, lead_id: UUID, user_id: int) -> str | None:
    """Why a person may not give the next opinion on the lead: a code of `why_not_judge` in SQL, or None.

    Asked of the database, because others' opinions are hidden from the actor.
    """
    values = {"lead": lead_id, "user": user_id}
    return tx.session.connection().execute(_WHY_NOT, values).scalar_one_or_none()


def require_independent(tx: Tx, operation_id: int, first_id: int) -> None:
    """Pass if the actor can be the second of a rule of two whose first is this person: another one, and independent.

    Raises:
        Forbidden: they are not two people for sure.
    """
    if not are_independent(tx, operation_id, first_id, tx.actor.id):
        raise Forbidden(NOT_INDEPENDENT)


def are_independent(tx: Tx, operation_id: int, first_id: int, second_id: int) -> bool:
    """Whether these are two people for sure, by the vouches that stand now."""
    query = text("select are_independent(:operation, :first, :second)")
    return bool(tx.session.scalar(query, {"operation": operation_id, "first": first_id, "second": second_id}))


def require_second_country(tx: Tx, operation_id: int, first_id: int, *, otherwise: Forbidden) -> None:
    """Pass if the actor can be the second, of another country, of a rule of two whose first is this person.

    Raises:
        otherwise: the actor is of the same country. Forbidden: they are not two people for sure.
    """
    if country_of(tx, first_id) == tx.actor.country:
        raise otherwise
    require_independent(tx, operation_id, first_id)


def require_settled(tx: Tx, lead_id: UUID) -> None:
    """Pass if no signed opinion on the lead can still be taken back. To be asked once the lead's row is changed or
    locked.

    Raises:
        Conflict: one can; in UNDO_S seconds at most it is settled.
    """
    if tx.session.execute(text("select opinion_is_unsettled(:lead)"), {"lead": lead_id}).scalar_one():
        raise Conflict(UNSETTLED)


def require_claim(tx: Tx, lead: Lead, token: int) -> None:
    """Pass if the actor's claim with this token still lives.

    Raises:
        Conflict: it has ended; what was written is kept as a draft.
    """
    alive = tx.session.execute(
        select(Lead.id)
        .where(
            Lead.id == lead.id, Lead.holder_id == tx.actor.id, Lead.claim_token == token, Lead.lease_until > func.now()
        )
        .with_for_update(key_share=True)
    ).scalar_one_or_none()
    if alive is None:
        raise claim_has_ended(tx, lead.id)


def claim_has_ended(tx: Tx, lead_id: UUID) -> Conflict:
    """The refusal for whoever held the lead, with the name of who holds it now."""
    holder = tx.session.execute(
        select(User.name).join(Lead, Lead.holder_id == User.id).where(Lead.id == lead_id, Lead.lease_until > func.now())
    ).scalar_one_or_none()
    return Conflict("Your claim on this lead has ended; your draft is kept.", holder=holder)


def claim_is_held(tx: Tx, lead_id: UUID) -> Held | None:
    """Say who holds a lead, for the one who lost the race; None if nobody does any more. Waits for whoever is claiming
    it; the lead is held until the commit, so that what is told is still so when it is recorded."""
    take_place(tx, "lead")
    row = tx.session.connection().execute(_WHO_HOLDS, {"lead": lead_id}).one_or_none()
    if row is None:
        return None
    return Held(
        "{holder} holds this lead.",
        holder_id=row.id,
        holder=row.name,
        country=row.country,
        played_by=row.played_by,
        lease_until=row.lease_until.isoformat(),
    )


def country_of(tx: Tx, user_id: int) -> str:
    """The country of a person whom a row of this operation names."""
    return tx.session.execute(
        select(Agency.country).join(User, User.agency_id == Agency.id).where(User.id == user_id)
    ).scalar_one()
