"""Leads about copies: one for all agencies that hold the same content, with a side for each.

Whoever's copy comes later joins the lead that is there, until examiners have decided it; afterwards a new lead is
opened, whose page names the first. Two agencies between which a lead about this content was decided get no second one;
a rejected lead speaks only of what was judged: of two media of which each shows the same as one of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.orm import Session

from workspace import events
from workspace.commands.devices import leads_between
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


ShowTheSame = Callable[[Session, Collection[UUID], Collection[UUID]], Collection[tuple[UUID, UUID]]]


@dataclass(frozen=True)
class Copy:
    """A copy in the hands of an agency. kind: how it is one of the medium that is looked from."""

    agency_id: int
    side: Side
    kind: LeadKind = "same_file"


@dataclass(frozen=True)
class Found:
    """Copies of a medium in the hands of other agencies. media: all that show the same, the own agency's too.

    of_stills: photos of which a video shows a frame. Leads about these stand apart: a still is a part of a video, and
    would else join two videos that are no copies of each other.
    """

    others: Sequence[Copy]
    media: Collection[UUID]
    of_stills: bool = False


def open_copies(tx: Tx, operation_id: int, own: Copy, found: Sequence[Found], *, show_the_same: ShowTheSame) -> None:
    """Open or widen the leads about a medium and its copies in the hands of other agencies; after the window nothing
    is. Asks `open_leads`; records `lead:opened` or `lead:joined`. Comes last in a write.

    show_the_same: which of the first media show the same as which of the second; asked only where a lead about this
    content was rejected.
    """
    found = [each for each in found if each.others]
    if not found or not may_open_leads(tx, operation_id):
        return
    tx.session.execute(_ONE_AT_A_TIME, {"operation": operation_id})
    joined = [_open(tx, operation_id, own, each, show_the_same) for each in found]
    hold(tx, "lead", [lead_id for lead_id, _ in joined if lead_id])
    for lead_id, together in joined:
        if lead_id:
            _join(tx, lead_id, together)


def _open(
    tx: Tx, operation_id: int, own: Copy, found: Found, show_the_same: ShowTheSame
) -> tuple[UUID | None, list[Copy]]:
    """Open what is new; returns the lead on which these copies stand together, and which they are."""
    standing = tx.session.execute(SQL["standing"], {"operation": operation_id, "media": list(found.media)}).all()
    leads = [each for each in standing if each.is_of_still == found.of_stills]
    content = _content(tx, leads, [own, *found.others], show_the_same)
    lead = next((each for each in content.leads if _takes(tx, content, each, own)), None)
    there = _sides(lead) if lead else {}
    together, alone = [own], list[Copy]()
    locks = [*lead.compartments, own.side.compartment_id] if lead else [own.side.compartment_id]
    for each, is_new in _of_agencies(tx, content, own, found.others):
        if each.agency_id in there:
            continue
        sides = there | {copy.agency_id: copy.side.media_item_id for copy in together}
        if not content.parts(each, sides) and _fits(tx, locks, each) and (lead or is_new):
            together.append(each)
            locks.append(each.side.compartment_id)
        elif is_new:
            alone.append(each)
    lead_id = lead.id if lead else None
    for each in alone if lead else [*together[1:2], *alone]:
        opened = open_lead(tx, operation_id, _finding(tx, own, each))
        lead_id = lead_id or (opened if each in together else None)
    return lead_id, together


@dataclass(frozen=True)
class _Content:
    """The leads about a content, the first first. alike: of media and media on rejected leads, those that show the
    same."""

    leads: Sequence[Row[Any]]
    alike: frozenset[tuple[UUID | None, UUID | None]]

    def meet(self, one: Copy, other: Copy) -> bool:
        """Whether a lead about this content stands between two agencies, whatever became of it; a rejected one only
        where it speaks of these two."""
        return any(
            {one.agency_id, other.agency_id} <= set(lead.agencies)
            and (lead.stage != "rejected" or self._judges(lead, one, other.agency_id, other.side.media_item_id))
            for lead in self.leads
        )

    def parts(self, copy: Copy, sides: Mapping[int, UUID | None]) -> bool:
        """Whether it was rejected that a copy and one of these, each the medium of an agency, are the same."""
        return any(
            lead.stage == "rejected" and self._judges(lead, copy, agency_id, media_id)
            for lead in self.leads
            for agency_id, media_id in sides.items()
        )

    def _judges(self, lead: Row[Any], one: Copy, agency_id: int, media_id: UUID | None) -> bool:
        judged = _sides(lead)
        pairs = ((one.side.media_item_id, judged.get(one.agency_id)), (media_id, judged.get(agency_id)))
        return all(pair in self.alike for pair in pairs)


def _content(tx: Tx, leads: Sequence[Row[Any]], copies: Sequence[Copy], show_the_same: ShowTheSame) -> _Content:
    judged = {each for lead in leads if lead.stage == "rejected" for each in lead.media if each is not None}
    if not judged:
        return _Content(leads, frozenset())
    asked = [*(each for lead in leads for each in lead.media), *(copy.side.media_item_id for copy in copies)]
    return _Content(leads, frozenset(show_the_same(tx.session, {each for each in asked if each is not None}, judged)))


def _sides(lead: Row[Any]) -> dict[int, UUID | None]:
    """By agency the medium that stands for it on a lead."""
    return dict(zip(lead.agencies, lead.media, strict=True))


def _of_agencies(tx: Tx, content: _Content, own: Copy, others: Sequence[Copy]) -> Iterator[tuple[Copy, bool]]:
    """Of each agency its first copy that is new to this one, or its first, and whether it is new."""
    barred: dict[tuple[LeadKind, UUID | None], bool] = {}

    def is_new(other: Copy) -> bool:
        if content.meet(own, other):
            return False
        place = (other.kind, other.side.exhibit_id)
        if place not in barred:
            barred[place] = leads_between(tx, other.kind, own.side.exhibit_id, other.side.exhibit_id).is_barred
        return not barred[place]

    of: dict[int, list[Copy]] = defaultdict(list)
    for other in others:
        of[other.agency_id].append(other)
    for copies in of.values():
        new = next(filter(is_new, copies), None)
        yield new or copies[0], new is not None


def _takes(tx: Tx, content: _Content, lead: Row[Any], own: Copy) -> bool:
    """Whether a lead is undecided and has a side of this agency, or may get one."""
    if lead.stage not in JOINABLE or own.agency_id in lead.agencies:
        return lead.stage in JOINABLE
    return not content.parts(own, _sides(lead)) and _fits(tx, lead.compartments, own)


def _fits(tx: Tx, compartments: Sequence[int], copy: Copy) -> bool:
    """Whether a copy may stand on a lead with these compartments: all are shared, and each country opens to each. A
    side that somebody cannot open would keep everybody from judging the others."""
    asked = {"compartments": [*compartments, copy.side.compartment_id]}
    return bool(tx.session.execute(SQL["fits"], asked).scalar_one())


def _finding(tx: Tx, own: Copy, other: Copy) -> Finding:
    return Finding(
        kind=other.kind,
        sides=(own.side, other.side),
        pair=leads_between(tx, other.kind, own.side.exhibit_id, other.side.exhibit_id).pair,
        priority=3,
    )


def _join(tx: Tx, lead_id: UUID, copies: Sequence[Copy]) -> None:
    """Give a lead, which is held, a side for each of these agencies that it has not, unless it was decided
    meanwhile."""
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
