"""Leads about copies: one for all agencies that hold the same content, with a side for each.

Whoever's copy comes later joins the lead that is there, until examiners have decided it; afterwards a new lead is
opened, whose page names the first. Two agencies between which a lead about this content was decided get no second one.
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
    lead = next((each for each in standing if _takes(tx, standing, each, own)), None)
    there = set(lead.agencies) if lead else set()
    together, alone = [own], list[Copy]()
    locks = [*lead.compartments, own.side.compartment_id] if lead else [own.side.compartment_id]
    for each in first_of.values():
        if each.agency_id in there:
            continue
        agencies = there | {other.agency_id for other in together}
        if (
            not _rejected(standing, each, agencies)
            and _fits(tx, locks, each)
            and (lead or _is_new(tx, standing, own, each))
        ):
            together.append(each)
            locks.append(each.side.compartment_id)
        elif _is_new(tx, standing, own, each):
            alone.append(each)
    lead_id = lead.id if lead else None
    for each in alone if lead else [*together[1:2], *alone]:
        opened = open_lead(tx, operation_id, _finding(own, each))
        lead_id = lead_id or (opened if each in together else None)
    if lead_id is not None:
        _join(tx, lead_id, together)


def _takes(tx: Tx, standing: Sequence[Row[Any]], lead: Row[Any], own: Copy) -> bool:
    """Whether a lead is undecided and has a side of this agency, or may get one."""
    if lead.stage not in JOINABLE or own.agency_id in lead.agencies:
        return lead.stage in JOINABLE
    return not _rejected(standing, own, lead.agencies) and _fits(tx, lead.compartments, own)


def _rejected(standing: Sequence[Row[Any]], copy: Copy, agencies: Collection[int]) -> bool:
    """Whether a lead about this content between an agency and one of these was rejected."""
    return any(
        lead.stage == "rejected" and copy.agency_id in lead.agencies and set(agencies) & set(lead.agencies)
        for lead in standing
    )


def _fits(tx: Tx, compartments: Sequence[int], copy: Copy) -> bool:
    """Whether a copy may stand on a lead with these compartments: all are shared, and each country opens to each. A
    side that somebody cannot open would keep everybody from judging the others."""
    asked = {"compartments": [*compartments, copy.side.compartment_id]}
    return bool(tx.session.execute(SQL["fits"], asked).scalar_one())


def _is_new(tx: Tx, standing: Sequence[Row[Any]], own: Copy, other: Copy) -> bool:
    return not _meet(standing, own, other) and not _known(tx, own, other)


def _meet(standing: Sequence[Row[Any]], one: Copy, other: Copy) -> bool:
    """Whether a lead about this content stands between two agencies, whatever became of it."""
    return any({one.agency_id, other.agency_id} <= set(lead.agencies) for lead in standing)


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
