"""Takes a calibration of the face pack over into an operation: proposed by one country, confirmed by another (ADR 86).

Must not read a manifest: whoever calls has found the calibration in that of the pack in use.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from workspace import events
from workspace.commands.guard import require_operation, require_second_country
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import Threshold, jobs
from workspace.model.database import Tx
from workspace.rules.calibration import Calibration, with_hash
from workspace.rules.reasons import require_reason
from workspace.rules.thresholds import LAPSES_AFTER


def propose_threshold(tx: Tx, operation_id: int, calibration: Calibration | None, *, reason: str) -> UUID:
    """Propose that pairs become leads from the thresholds of this calibration on; returns the proposal's id. Asks
    `propose_threshold`; records `threshold:proposed`. Nothing changes yet; it takes the place of an earlier proposal.
    calibration: None where the pack in use states no such one.

    Raises:
        NotFound: it does not. Invalid: no reason. Conflict: this calibration is in force.
    """
    require_operation(tx, "propose_threshold", operation_id, held=True)
    why = require_reason(reason)
    if calibration is None:
        raise NotFound("The face pack in use has no such calibration.")
    standing = _in_force(tx, operation_id, calibration.recogniser_sha256)
    if standing is not None and standing.calibration["sha256"] == calibration.sha256:
        raise Conflict("This calibration is in force already.")
    threshold_id = uuid4()
    tx.session.execute(
        insert(Threshold).values(
            id=threshold_id,
            operation_id=operation_id,
            pack_id=calibration.pack_id,
            model_digest=calibration.recogniser_sha256,
            lead_cosine=calibration.lead.cosine,
            strong_cosine=calibration.strong.cosine,
            calibration=with_hash(calibration),
            reason=why,
            proposed_by=tx.actor.id,
        )
    )
    tx.record(events.ThresholdProposed(events.Place(operation_id), threshold=threshold_id))
    return threshold_id


def confirm_threshold(tx: Tx, operation_id: int, threshold_id: UUID) -> None:
    """Put a proposed threshold in force, as the second person, of another country. Asks `confirm_threshold`; records
    `threshold:confirmed`.

    Leads that stand keep theirs. Persons are compared again, for pairs that the threshold before left out.

    Raises:
        NotFound: there is no such proposal, it lapsed, or another one took its place.
        Forbidden: the actor is of the proposer's country, or not independent of the proposer.
        Conflict: somebody has just confirmed it.
    """
    require_operation(tx, "confirm_threshold", operation_id, held=True)
    row = tx.session.scalars(
        select(Threshold)
        .where(Threshold.operation_id == operation_id, Threshold.proposed_at > func.now() - LAPSES_AFTER)
        .order_by(Threshold.proposed_at.desc(), Threshold.id)
        .limit(1)
    ).one_or_none()
    if row is None or row.id != threshold_id:
        raise NotFound("This proposal does not stand: it lapsed, or another one took its place.")
    otherwise = Forbidden("Another country than the one that proposed it must confirm.", country=tx.actor.country)
    require_second_country(tx, operation_id, row.proposed_by, otherwise=otherwise)
    tx.change_one(
        update(Threshold)
        .where(Threshold.id == threshold_id, Threshold.confirmed_at.is_(None))
        .values(confirmed_by=tx.actor.id, confirmed_played_by=tx.played_by, confirmed_at=func.now()),
        otherwise=Conflict("Somebody has just confirmed it."),
    )
    tx.record(events.ThresholdConfirmed(events.Place(operation_id), threshold=threshold_id))
    jobs.want(tx, "match_again", threshold_id, operation_id)


def _in_force(tx: Tx, operation_id: int, model_digest: str) -> Threshold | None:
    return tx.session.scalars(
        select(Threshold)
        .where(
            Threshold.operation_id == operation_id,
            Threshold.model_digest == model_digest,
            Threshold.confirmed_at.is_not(None),
        )
        .order_by(Threshold.confirmed_at.desc(), Threshold.id)
        .limit(1)
    ).one_or_none()
