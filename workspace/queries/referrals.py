"""Referrals as people see them: an agency's inbox and outbox, and one referral with its chain and outcomes.

A receiving agency may hold no key to the lead: it sees its referral and what it stated itself, nothing of the lead.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound

Row = dict[str, Any]

_REFERRALS = """
select r.id, r.operation_id, r.number, r.lead_id, r.state, r.competence, r.urgency, r.corroboration, r.message, r.reason,
       r.package_state, r.package_sha256, r.manifest_sha256, r.drafted_at, r.sent_at, r.acknowledged_at, r.answered_at, r.due_at,
       r.due_at < now() as is_late, r.approved_by is not null as is_approved, r.drafted_by = my_id() as is_mine,
       r.to_agency_id = my_agency() and r.state not in ('drafted', 'withdrawn') as is_received, r.from_agency_id = my_agency() as is_ours,
       f.name as from_agency, f.country as from_country, t.name as to_agency, t.country as to_country,
       l.number as lead_number, p.number as previous_number, p.state as previous_state,
       d.name as drafted_by, a.name as approved_by
from referral r join agency f on f.id = r.from_agency_id join agency t on t.id = r.to_agency_id
left join lead l on l.id = r.lead_id left join referral p on p.id = r.previous_id
left join app_user d on d.id = r.drafted_by left join app_user a on a.id = r.approved_by
"""


def referrals(session: Session, operation_id: int) -> list[Row]:
    """All referrals that the viewer may see, those that wait for an answer first."""
    rows = session.execute(
        text(
            _REFERRALS
            + """where r.operation_id = :operation
                 order by r.state in ('accepted', 'declined', 're_routed', 'withdrawn'), r.due_at nulls last, r.number"""
        ),
        {"operation": operation_id},
    ).mappings()
    return [dict(row) for row in rows]


def referral(session: Session, referral_id: UUID) -> Row:
    """One referral with its outcomes and its ledger entries.

    Raises:
        NotFound: there is no such referral for the viewer.
    """
    row = session.execute(text(_REFERRALS + "where r.id = :id"), {"id": referral_id}).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such referral.")
    outcomes = session.execute(
        text("""select o.id, o.stage, o.authority_reference, o.stated_on, o.place_country, o.recorded_at, o.revoked_at, o.revoked_reason,
                    o.ledger_id, e.kind, e.number as ledger_number, e.is_depicted, e.age_band, e.sex,
                    o.stated_by_agency_id = my_agency() as is_ours
             from outcome o join ledger_entry e on e.id = o.ledger_id where o.referral_id = :id order by o.recorded_at"""),
        {"id": referral_id},
    ).mappings()
    return {**row, "outcomes": [dict(outcome) for outcome in outcomes]}


def ledger(session: Session, operation_id: int) -> list[Row]:
    """The victims and offenders that the viewer may see, with the furthest stage each has reached and not lost."""
    rows = session.execute(
        text("""select e.id, e.kind, e.number, e.is_depicted, e.age_band, e.sex, e.merged_into,
                    array(select o.stage from outcome o where o.ledger_id = e.id and o.revoked_at is null order by o.stage) as stages
             from ledger_entry e where e.operation_id = :operation order by e.kind desc, e.number"""),
        {"operation": operation_id},
    ).mappings()
    return [dict(row) for row in rows]
