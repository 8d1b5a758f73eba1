"""The terms in versions: what holds at once, what is proposed to every country, and whom an owner opens to.

Must not decide who belongs to the operation (operations.py), nor what a country sees (row-level security).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workspace import events
from workspace.commands.agreement import countries_that_accepted, end_proposal, lock_terms, say
from workspace.commands.each import each
from workspace.commands.guard import country_of, require_independent, require_operation
from workspace.commands.steps import keep_consent
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import (
    Opening,
    Participation,
    TermsProposal,
)
from workspace.model.database import Tx
from workspace.rules.reasons import require_words
from workspace.rules.roles import OPERATION_LEAD

PROPOSAL_IS_OVER = (TermsProposal.ended_at.is_(None), TermsProposal.lapses_at <= func.now())
"""What `lapse_proposals` looks for; housekeeping asks first whether there is any."""


def accept_terms(
    tx: Tx,
    operation_id: int,
    *,
    shares_known_count: bool = True,
    face_recognition: bool = True,
    version: int | None = None,
) -> None:
    """Accept the terms for the actor's country, with its consents: it opens what it shares to every country that stands
    in them now. Asks `accept_terms`; records `terms:accepted`.

    version: the one that was read; None accepts the one in force.

    Raises:
        Conflict: another version is in force, or the country has accepted already, or takes no part.
    """
    operation = require_operation(tx, "accept_terms", operation_id, held=True)
    in_force = lock_terms(tx, operation_id)
    if version not in (None, in_force):
        raise Conflict("The terms have changed since you read them. Load the page and read them again.")
    tx.change_one(
        update(Participation)
        .where(
            Participation.operation_id == operation_id,
            Participation.country == tx.actor.country,
            Participation.accepted_at.is_(None),
        )
        .values(
            accepted_at=func.now(),
            accepted_by=tx.actor.id,
            accepted_until=operation.closes_at,
            accepted_version=in_force,
            shares_known_count=shares_known_count,
            face_recognition=face_recognition,
        ),
        otherwise=Conflict(
            "Your country has accepted these terms already, or takes no part in this operation.",
            country=tx.actor.country,
        ),
    )
    keep_consent(tx, operation_id, "window", until=operation.closes_at)
    keep_consent(tx, operation_id, "face_recognition", is_given=face_recognition)
    keep_consent(tx, operation_id, "shares_known_count", is_given=shares_known_count)
    tx.record(events.TermsAccepted(events.Place(operation_id), country=tx.actor.country))


def answer_proposal(tx: Tx, operation_id: int, proposal_id: UUID, *, is_yes: bool, reason: str | None = None) -> None:
    """Say yes or no to a proposal for the actor's country; the last answer counts. The last yes puts it in force.

    Asks `answer_proposal`; records `terms:answered`, and what `put_in_force` records.

    Raises:
        NotFound: no such proposal waits. Conflict: the actor's country has not accepted the terms.
        Forbidden: another country's yes by somebody who is not independent of the proposer. Invalid: a no without a
        reason.
    """
    require_operation(tx, "answer_proposal", operation_id)
    lock_terms(tx, operation_id)
    proposal = tx.session.scalars(
        select(TermsProposal).where(
            TermsProposal.id == proposal_id,
            TermsProposal.operation_id == operation_id,
            TermsProposal.ended_at.is_(None),
            TermsProposal.lapses_at > func.now(),
        )
    ).one_or_none()
    if proposal is None:
        raise NotFound("No such proposal waits: it is in force, was withdrawn, or lapsed.")
    if tx.actor.country not in countries_that_accepted(tx, operation_id):
        raise Conflict("Your country has not accepted the terms yet.", country=tx.actor.country)
    if not is_yes:
        require_words(reason=reason or "")
    elif tx.actor.country != country_of(tx, proposal.proposed_by):
        require_independent(tx, operation_id, proposal.proposed_by)
    say(tx, operation_id, proposal, is_yes=is_yes, reason=reason)


def withdraw_proposal(tx: Tx, operation_id: int, proposal_id: UUID) -> None:
    """Take a proposal back. Its author or an operation lead does it. Asks `withdraw_proposal`; records
    `terms:proposal_ended`.

    Raises:
        NotFound: no such proposal waits. Forbidden: it is somebody else's.
    """
    require_operation(tx, "withdraw_proposal", operation_id)
    lock_terms(tx, operation_id)
    proposal = tx.session.get(TermsProposal, proposal_id)
    if proposal is None or proposal.operation_id != operation_id or proposal.ended_at is not None:
        raise NotFound("No such proposal waits: it is in force, was withdrawn, or lapsed.")
    leads = tx.actor.roles.get(operation_id) in OPERATION_LEAD
    if proposal.proposed_by != tx.actor.id and not leads:
        raise Forbidden("A proposal is taken back by the person who made it, or by an operation lead.")
    end_proposal(tx, proposal, "withdrawn")


def lapse_proposals(tx: Tx) -> int:
    """End every proposal whose time is over; only housekeeping calls it. Asks `lapse_proposals`; records
    `terms:proposal_ended`."""
    rows = tx.session.scalars(select(TermsProposal).where(*PROPOSAL_IS_OVER).with_for_update(skip_locked=True)).all()
    return each(tx, "lapse_proposals", rows, _lapse)


def _lapse(tx: Tx, row: TermsProposal) -> None:
    end_proposal(tx, row, "lapsed")


def open_to_country(tx: Tx, operation_id: int, country: str, *, is_open: bool) -> None:
    """Open what the actor's country shares to a country that joined after it had accepted, or close it again.

    Asks `open_to_country`; records `country:opened`. What was seen stays seen.

    Raises:
        Conflict: the other one stood in the terms that the actor's country accepted, or the actor's has not accepted.
        NotFound: the country takes no part.
    """
    require_operation(tx, "open_to_country", operation_id)
    lock_terms(tx, operation_id)
    own = tx.session.get(Participation, (operation_id, tx.actor.country))
    other = tx.find(
        Participation, (operation_id, country), otherwise=NotFound("This country takes no part in the operation.")
    )
    if own is None or own.accepted_at is None:
        raise Conflict("Your country has not accepted the terms yet.", country=tx.actor.country)
    if country == tx.actor.country or other.joined_version <= own.accepted_version:
        raise Conflict("This country stood in the terms that your country accepted: it is open to it.", country=country)
    answer = {"is_open": is_open, "answered_by": tx.actor.id, "answered_at": func.now()}
    tx.session.execute(
        upsert(Opening)
        .values(operation_id=operation_id, owner=tx.actor.country, country=country, **answer)
        .on_conflict_do_update(index_elements=[Opening.operation_id, Opening.owner, Opening.country], set_=answer)
    )
    tx.record(events.CountryOpened(events.Place(operation_id), country=tx.actor.country, to=country, is_open=is_open))
