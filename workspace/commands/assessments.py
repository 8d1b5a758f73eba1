"""Assessments: each examiner signs an opinion without seeing the others' opinions, until the lead is decided.

An opinion can be undone for UNDO_S seconds; then housekeeping settles it, and only a settled opinion moves the lead. So
nobody is shown a score, and nothing is decided, while an opinion can still be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from workspace import events
from workspace.commands.devices import look_behind
from workspace.commands.each import each
from workspace.commands.guard import at, require_claim, require_lead, require_may_judge
from workspace.errors import Conflict, Invalid, NotFound
from workspace.model import Assessment, Lead, LeadEvidence, Operation, jobs
from workspace.model.database import Tx
from workspace.rules.leads import CLAIMABLE
from workspace.rules.opinions import LookedAt, Signed, faults_of
from workspace.rules.reasons import words_of
from workspace.rules.verdict import UNDO_S, verdict

UNDO_TIME_IS_OVER = (
    Assessment.settled_at.is_(None),
    Assessment.undone_at.is_(None),
    Assessment.signed_at <= func.now() - timedelta(seconds=UNDO_S),
)
"""What `settle_assessments` looks for; housekeeping asks first whether there is any."""


def assess_lead(
    tx: Tx,
    lead_id: UUID,
    *,
    token: int,
    opinion: int,
    suitability: Sequence[str] = (),
    features: Mapping[str, str] | None = None,
    reason: str,
) -> tuple[UUID, datetime]:
    """Sign one's opinion on a lead that one has claimed; return its id and until when it can be undone.

    Asks `assess_lead`; records `assessment:signed` (without the opinion). suitability: one word per side, in their
    order; features: an answer for each of the checklist. Both are for leads that compare faces, and for no others.

    Raises:
        Conflict: the claim has ended, this examiner has signed already, or another's opinion is not settled yet.
        Forbidden: a side of the lead is closed to this examiner, or the rule of two countries excludes him.
        Invalid: names each thing that is missing: a side not looked at, suitability, a feature, the reason.
    """
    lead, _ = require_lead(tx, "assess_lead", lead_id, held=True)
    require_claim(tx, lead, token)
    require_may_judge(tx, lead_id)
    signed = Signed(opinion, tuple(suitability), dict(features or {}), reason)
    if faults := faults_of(signed, lead.kind, _sides(tx, lead_id)):
        raise Invalid("The opinion cannot be signed.", faults=faults)
    row = Assessment(
        operation_id=lead.operation_id,
        lead_id=lead_id,
        locks=list(lead.locks),
        examiner_id=tx.actor.id,
        agency_id=tx.actor.agency_id,
        country=tx.actor.country,
        claim_token=token,
        opinion=opinion,
        suitability=list(signed.suitability),
        features=dict(signed.features),
        reason=words_of(reason),
        played_by=tx.played_by,
    )
    tx.add(row)
    tx.record(events.AssessmentSigned(at(lead), assessment=row.id))
    return row.id, row.signed_at + timedelta(seconds=UNDO_S)


def undo_assessment(tx: Tx, assessment_id: UUID) -> None:
    """Take one's opinion back while its undo time runs. Asks `assess_lead`; records `assessment:undone`.

    Raises:
        Conflict: the undo time is over; a further opinion is the only way back.
    """
    assessment = tx.session.get(Assessment, assessment_id)
    if assessment is None or assessment.examiner_id != tx.actor.id:
        raise NotFound("There is no such opinion.")
    lead, _ = require_lead(tx, "assess_lead", assessment.lead_id, held=True)
    tx.change_one(
        update(Assessment)
        .where(
            Assessment.id == assessment_id,
            Assessment.undone_at.is_(None),
            Assessment.settled_at.is_(None),
            Assessment.signed_at > func.now() - timedelta(seconds=UNDO_S),
        )
        .values(undone_at=func.now()),
        otherwise=Conflict("The ten seconds are over. This opinion can no longer be undone."),
    )
    tx.record(events.AssessmentUndone(at(lead), assessment=assessment_id))


def settle_assessments(tx: Tx) -> int:
    """Settle every opinion whose undo time is over, and move its lead; housekeeping calls it once per second.

    Asks `settle_assessment`; records `assessment:settled` and, where it decides, `lead:verified`, `lead:rejected` or
    `lead:parked`.
    """
    return each(tx, "settle_assessment", _due(tx), _settle)


def _due(tx: Tx) -> Sequence[Assessment]:
    """The opinions whose undo time is over, held with their leads until the commit; others settle those of leads that
    they hold."""
    leads = tx.session.scalars(
        select(Lead.id)
        .where(Lead.id.in_(select(Assessment.lead_id).where(*UNDO_TIME_IS_OVER)))
        .order_by(Lead.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    return tx.session.scalars(
        select(Assessment)
        .where(*UNDO_TIME_IS_OVER, Assessment.lead_id.in_(leads))
        .order_by(Assessment.signed_at)
        .with_for_update(key_share=True)
    ).all()


def decide_again(tx: Tx, lead_id: UUID) -> None:
    """Decide a lead that was withdrawn while opinions on it settled. Asks `settle_assessment`; records what
    `settle_assessments` records of a decision."""
    lead, operation = require_lead(tx, "settle_assessment", lead_id, held=True)
    settled = _settled(tx.session, lead_id)
    if lead.stage == "assessed" and len(settled) > 1:
        _decide(tx, lead, settled, two_countries=operation.second_from_other_country)
        tx.session.flush()


def _settle(tx: Tx, row: Assessment) -> None:
    operation = tx.session.get_one(Operation, row.operation_id)  # loaded when policy was asked
    lead = tx.session.execute(select(Lead).where(Lead.id == row.lead_id)).scalar_one()
    row.settled_at = tx.now
    tx.session.flush()
    settled = _settled(tx.session, lead.id)
    tx.record(events.AssessmentSettled(at(lead), assessment=row.id, settled=len(settled)))
    lead.opinions = len(settled)
    if lead.holder_id == row.examiner_id and lead.claim_token == row.claim_token:
        lead.holder_id = lead.holder_agency_id = lead.lease_until = None
    # A lead that people or earlier opinions have moved on is never taken back by one that comes late.
    if lead.stage in CLAIMABLE:
        _decide(tx, lead, settled, two_countries=operation.second_from_other_country)
    tx.session.flush()


def _decide(tx: Tx, lead: Lead, settled: list[Assessment], *, two_countries: bool) -> None:
    decision = verdict([(other.opinion, other.country) for other in settled], two_countries=two_countries)
    lead.stage = {"further": "assessed", "inconclusive": "parked"}.get(decision, decision)
    # The reason of an earlier stage is no reason of this one.
    lead.stage_since, lead.stage_reason, lead.stage_why = tx.now, None, None
    examiners = tuple(other.examiner_id for other in settled)
    if decision != "further":
        for other in settled:
            other.is_revealed = True
    if decision == "verified":
        tx.record(events.LeadVerified(at(lead), examiners=examiners))
    elif decision == "rejected":
        tx.record(events.LeadRejected(at(lead), examiners=examiners))
        _look_for_the_next(tx, lead)
    elif decision == "inconclusive":
        lead.stage_reason = "inconclusive"
        tx.record(events.LeadParked(at(lead), reason="inconclusive"))
    if decision in ("rejected", "inconclusive"):
        look_behind(tx, lead)


def _look_for_the_next(tx: Tx, lead: Lead) -> None:
    """Have the persons of a rejected lead matched again: it takes no place any more on their short lists, and who stood
    behind it has none yet."""
    of_lead = select(LeadEvidence.person_id).where(LeadEvidence.lead_id == lead.id, LeadEvidence.person_id.is_not(None))
    persons = [each for each in tx.session.scalars(of_lead) if each is not None]
    jobs.want_all(tx, "match_person", persons, lead.operation_id)


def _settled(session: Session, lead_id: UUID) -> list[Assessment]:
    return list(
        session.scalars(
            select(Assessment)
            .where(Assessment.lead_id == lead_id, Assessment.settled_at.is_not(None), Assessment.undone_at.is_(None))
            .order_by(Assessment.signed_at)
        )
    )


def _sides(tx: Tx, lead_id: UUID) -> list[LookedAt]:
    """The sides of a lead that show something, and whether the actor has ever lifted their veils."""
    rows = tx.session.execute(
        text("""select side, coalesce(face_id, media_item_id) is null or looked_at(face_id, media_item_id, my_id())
             is not null as is_looked_at from open_side where lead_id = :lead order by side"""),
        {"lead": lead_id},
    )
    return [LookedAt(row.side, row.is_looked_at) for row in rows]
