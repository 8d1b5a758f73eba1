"""Leads about copies: one for all agencies that hold the same content, with a side for each.

Whoever's copy comes later joins the lead that is there, until examiners have decided it; afterwards a new lead is opened,
whose page names the first. Two agencies between which a lead about this content was decided get no second one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.leads_open import Finding, Side, may_open_leads, open_lead
from workspace.commands.locks import hold
from workspace.model import Lead, LeadEvidence
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.leads import CLAIMABLE, LeadKind

SQL = statements(__file__)
JOINABLE = (*CLAIMABLE, "parked")
"""Stages before a verdict, in which a further agency joins."""
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('copies'), :operation)")


@dataclass(frozen=True)
class Copy:
    """A copy in the hands of an agency. kind: how it is one of the medium that is looked from."""

    agency_id: int
    side: Side
    kind: LeadKind = "same_file"


def open_copies(tx: Tx, operation_id: int, own: Copy, others: Sequence[Copy], media: Collection[UUID]) -> None:
    """Open or widen the lead about a medium and its copies in the hands of other agencies; after the window nothing is.
    Asks `open_leads`; records `lead:opened` or `lead:joined`. Comes last in a write.

    media: all that are copies of the same content, the own agency's too.
    """
    if not others or not may_open_leads(tx, operation_id):
        return
    tx.session.execute(_ONE_AT_A_TIME, {"operation": operation_id})
    first_of = {other.agency_id: other for other in reversed(others)}
    standing = tx.session.execute(SQL["standing"], {"operation": operation_id, "media": list(media)}).all()
    undecided = next((lead for lead in standing if lead.stage in JOINABLE), None)
    if undecided is not None:
        _join(tx, undecided.id, [own, *first_of.values()])
        return
    missing = [each for each in first_of.values() if not _meet(standing, own, each) and not _known(tx, own, each)]
    together, alone = list[Copy](), list[Copy]()
    for each in missing:
        clash = any(_meet(standing, each, other, stage="rejected") for other in together)
        (alone if clash else together).append(each)
    opened = None
    for each in [*together[:1], *alone]:
        lead = open_lead(tx, operation_id, _finding(own, each))
        opened = opened or lead
    if opened is not None and together[1:]:
        _join(tx, opened, together[1:])


def _meet(standing: Sequence[Row[Any]], one: Copy, other: Copy, *, stage: str | None = None) -> bool:
    """Whether a lead about this content stands between two agencies, in this stage if one is named."""
    return any(
        {one.agency_id, other.agency_id} <= set(lead.agencies) and stage in (None, lead.stage) for lead in standing
    )


def _known(tx: Tx, own: Copy, other: Copy) -> bool:
    """Whether a lead of the kind joins the two exhibits already, by whatever content."""
    asked = {"kind": other.kind, "one": own.side.exhibit_id, "other": other.side.exhibit_id}
    return bool(tx.session.execute(SQL["known"], asked).scalar_one())


def _finding(own: Copy, other: Copy) -> Finding:
    return Finding(
        kind=other.kind,
        sides=(own.side, other.side),
        pair=(str(own.side.exhibit_id), str(other.side.exhibit_id)),
        priority=3,
    )


def _join(tx: Tx, lead_id: UUID, copies: Sequence[Copy]) -> None:
    """Give a lead a side for each of these agencies that it has not, unless it was decided meanwhile."""
    hold(tx, "lead", [lead_id])
    lead = tx.session.execute(
        select(Lead.operation_id, Lead.stage, Lead.locks, Lead.countries, Lead.side_count)
        .where(Lead.id == lead_id)
        .with_for_update()
    ).one()
    there = set(tx.session.scalars(SQL["agencies"], {"lead": lead_id}))
    new = [each for each in copies if each.agency_id not in there] if lead.stage in JOINABLE else []
    if not new:
        return
    require_operation(tx, "open_leads", lead.operation_id)
    locks = sorted({*lead.locks, *(each.side.compartment_id for each in new)})
    countries = sorted({*lead.countries, *(each.side.country for each in new)})
    tx.session.execute(
        update(Lead)
        .where(Lead.id == lead_id)
        .values(side_count=Lead.side_count + len(new), locks=locks, countries=countries)
    )
    for number, each in enumerate(new, start=lead.side_count + 1):
        tx.session.execute(
            insert(LeadEvidence).values(
                operation_id=lead.operation_id,
                lead_id=lead_id,
                compartment_id=each.side.compartment_id,
                side=number,
                country=each.side.country,
                media_item_id=each.side.media_item_id,
                exhibit_id=each.side.exhibit_id,
            )
        )
        tx.record(
            events.LeadJoined(
                events.Place(lead.operation_id, tuple(locks), lead_id=lead_id), side=number, country=each.side.country
            )
        )
