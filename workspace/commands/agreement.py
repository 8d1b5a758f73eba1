"""How the terms change, for commands that have asked already: what a change is, what puts it in force, and what
proposes it.

No command: only the modules of this folder may import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from workspace import events
from workspace.commands.locks import hold, take_place
from workspace.errors import Conflict, Fault, Invalid
from workspace.model import (
    Agency,
    Operation,
    OperationAgency,
    Participation,
    TermsAnswer,
    TermsChange,
    TermsProposal,
)
from workspace.model.database import Tx
from workspace.rules.policy import OperationFacts, allows
from workspace.rules.reasons import require_words, words_of
from workspace.rules.terms import LAPSES_AFTER, ProposalEnd, Rule


@dataclass(frozen=True)
class RuleChange:
    """A rule of the operation gets another value."""

    setting: Rule
    after: bool


@dataclass(frozen=True)
class AgencyJoins:
    """An agency takes part, with the countries in which it holds jurisdiction and what it is competent for."""

    agency_id: int
    country: str
    jurisdictions: Sequence[str]
    competences: Sequence[str]


def lock_terms(tx: Tx, operation_id: int) -> int:
    """Hold the operation until the commit; returns the version of the terms in force. Who accepts, and who changes
    them, wait for each other here."""
    hold(tx, "operation", [operation_id])
    return tx.session.execute(select(Operation.terms_version).where(Operation.id == operation_id)).scalar_one()


def countries_that_accepted(tx: Tx, operation_id: int) -> frozenset[str]:
    """The countries whose yes a proposal needs; none while the terms are being written."""
    return frozenset(
        tx.session.scalars(
            select(Participation.country).where(
                Participation.operation_id == operation_id, Participation.accepted_at.is_not(None)
            )
        )
    )


def put_in_force(
    tx: Tx, operation_id: int, change: RuleChange | AgencyJoins, *, proposal_id: UUID | None = None
) -> None:
    """Change the terms, for a command that has asked already; makes a version once a country has accepted.

    Records `terms:changed` with the version, and `operation:setting_changed` or `agency:joined`.

    Raises:
        Conflict: the agency has joined already.
    """
    version = lock_terms(tx, operation_id)
    if countries_that_accepted(tx, operation_id):
        version += 1
        tx.session.execute(update(Operation).where(Operation.id == operation_id).values(terms_version=version))
        tx.session.execute(
            insert(TermsChange).values(
                operation_id=operation_id,
                version=version,
                proposal_id=proposal_id,
                made_by=tx.actor.id,
                **_columns(change),
            )
        )
        tx.record(events.TermsChanged(events.Place(operation_id), version=version, proposal=proposal_id))
    if isinstance(change, RuleChange):
        _set_rule(tx, operation_id, change)
    else:
        _join(tx, operation_id, change, version)


def propose(tx: Tx, operation_id: int, change: RuleChange | AgencyJoins, *, reason: str | None) -> UUID:
    """Ask every country that has accepted the terms for its yes, for a command that has asked already; returns the
    proposal's id. Records `terms:proposed`, and the yes of the actor's country if the actor speaks for it.

    Raises:
        Invalid: no reason. Conflict: the same is proposed already.
    """
    if reason is None:
        raise Invalid(
            "The countries that have accepted the terms must accept this: say why you propose it.",
            faults=[Fault("reason", "say why")],
        )
    require_words(reason=reason)
    lock_terms(tx, operation_id)
    proposal_id = uuid4()
    try:
        tx.session.execute(
            insert(TermsProposal).values(
                id=proposal_id,
                operation_id=operation_id,
                reason=words_of(reason),
                proposed_by=tx.actor.id,
                lapses_at=tx.now + LAPSES_AFTER,
                **_columns(change),
            )
        )
    except IntegrityError as cause:
        raise Conflict("This is proposed already. It waits for the countries' answers under «Terms».") from cause
    tx.record(events.TermsProposed(events.Place(operation_id), proposal=proposal_id))
    operation = tx.session.get_one(Operation, operation_id)
    speaks = allows(tx.actor, "answer_proposal", OperationFacts(operation_id, operation.state))
    if speaks and tx.actor.country in countries_that_accepted(tx, operation_id):
        say(tx, operation_id, tx.session.get_one(TermsProposal, proposal_id), is_yes=True, reason=None)
    return proposal_id


def say(tx: Tx, operation_id: int, proposal: TermsProposal, *, is_yes: bool, reason: str | None) -> None:
    """Write down what the actor's country says to a proposal; the last yes puts it in force. Records `terms:answered`,
    and what `put_in_force` records."""
    tx.session.execute(
        insert(TermsAnswer).values(
            id=uuid4(),
            operation_id=operation_id,
            proposal_id=proposal.id,
            country=tx.actor.country,
            is_yes=is_yes,
            reason=words_of(reason) if reason else None,
            answered_by=tx.actor.id,
        )
    )
    tx.record(
        events.TermsAnswered(events.Place(operation_id), proposal=proposal.id, country=tx.actor.country, is_yes=is_yes)
    )
    if countries_that_accepted(tx, operation_id) <= _said_yes(tx, proposal.id):
        end_proposal(tx, proposal, "in_force")
        put_in_force(tx, operation_id, _change_of(tx, proposal), proposal_id=proposal.id)


def _said_yes(tx: Tx, proposal_id: UUID) -> frozenset[str]:
    rows = tx.session.execute(
        text("""select country from (select distinct on (country) country, is_yes from terms_answer
             where proposal_id = :proposal order by country, answered_at desc) a where is_yes"""),
        {"proposal": proposal_id},
    )
    return frozenset(rows.scalars())


def end_proposal(tx: Tx, proposal: TermsProposal, how: ProposalEnd) -> None:
    """End a proposal. Records `terms:proposal_ended`. Raises: Conflict: it has ended."""
    tx.change_one(
        update(TermsProposal)
        .where(TermsProposal.id == proposal.id, TermsProposal.ended_at.is_(None))
        .values(ended_at=func.now(), ended_as=how),
        otherwise=Conflict("This proposal has just ended. Load the page again."),
    )
    tx.record(events.TermsProposalEnded(events.Place(proposal.operation_id), proposal=proposal.id, how=how))


def _columns(change: RuleChange | AgencyJoins) -> dict[str, object]:
    if isinstance(change, RuleChange):
        return {"what": "rule", "setting": change.setting, "after": int(change.after)}
    return {
        "what": "agency",
        "agency_id": change.agency_id,
        "jurisdictions": list(change.jurisdictions),
        "competences": list(change.competences),
    }


def _change_of(tx: Tx, proposal: TermsProposal) -> RuleChange | AgencyJoins:
    if proposal.agency_id is None:
        return RuleChange(cast("Rule", proposal.setting), bool(proposal.after))
    country = tx.session.get_one(Agency, proposal.agency_id).country
    return AgencyJoins(proposal.agency_id, country, proposal.jurisdictions, proposal.competences)


def _set_rule(tx: Tx, operation_id: int, change: RuleChange) -> None:
    operation = tx.session.get_one(Operation, operation_id)
    before = bool(getattr(operation, change.setting))
    tx.session.execute(update(Operation).where(Operation.id == operation_id).values({change.setting: change.after}))
    tx.record(
        events.OperationSettingChanged(
            events.Place(operation_id), setting=change.setting, before=before, after=change.after
        )
    )
    if change.setting == "shows_band":
        take_place(tx, "lead")
        tx.session.execute(text("select apply_band_setting(:id)"), {"id": operation_id})


def _join(tx: Tx, operation_id: int, change: AgencyJoins, version: int) -> None:
    """version: the one that brings in the agency's country, if that is new here."""
    part = upsert(OperationAgency).values(
        operation_id=operation_id,
        agency_id=change.agency_id,
        jurisdictions=list(change.jurisdictions),
        competences=list(change.competences),
    )
    tx.change_one(
        part.on_conflict_do_nothing().returning(OperationAgency.agency_id),
        otherwise=Conflict("This agency has joined already."),
    )
    tx.session.execute(
        upsert(Participation)
        .values(operation_id=operation_id, country=change.country, joined_version=version)
        .on_conflict_do_nothing()
    )
    tx.record(
        events.AgencyJoined(
            events.Place(operation_id), agency=change.agency_id, jurisdictions=tuple(change.jurisdictions)
        )
    )
