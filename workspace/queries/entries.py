"""The entries of a register as the viewer's keys show them, and one entry with its leads and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as
from workspace.queries.lead_sides import details_in_words
from workspace.rules.codes import EntryEnd, EntryStep, Sex
from workspace.rules.leads import BasisEnd, LeadKind, LeadStage

MOST_LISTED = 100


@dataclass(frozen=True)
class EntryLine:
    """An entry in a list. leads: how many of its leads the viewer sees."""

    id: UUID
    number: str
    date_of_birth: date | None
    missing_since: date | None
    closed_as: EntryEnd | None
    portraits: int
    leads: int


@dataclass(frozen=True)
class RegisterEntries:
    """One page of a register's entries, by number; `more`: there are further ones after the last. retain_until: the
    last day on which it may be kept, where that is stated. is_own: the viewer's agency owns it."""

    id: UUID
    name: str
    country: str
    retain_until: date | None
    is_own: bool
    entries: list[EntryLine]
    more: bool


@dataclass(frozen=True)
class LeadOfEntry:
    """A lead of an entry, as far as the viewer sees it."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    countries: list[str]
    basis_ended: list[BasisEnd]


@dataclass(frozen=True)
class EndOfEntry:
    """How an entry ended, or was taken up again. by: a name."""

    what: EntryStep
    found_on: date | None
    reference: str | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class EntryPage:
    """An entry with its leads and its ends, the newest first. is_own: the viewer's agency owns the register. portraits:
    ids of its faces."""

    id: UUID
    operation_id: int
    register_id: UUID
    register: str
    country: str
    number: str
    label: str
    sex: Sex
    date_of_birth: date | None
    missing_since: date | None
    place: str | None
    nationality: str | None
    details: dict[str, str]
    closed_as: EntryEnd | None
    is_own: bool
    portraits: list[UUID]
    leads: list[LeadOfEntry]
    ends: list[EndOfEntry]


def register_entries(session: Session, register_id: UUID, *, after: str = "", number: str = "") -> RegisterEntries:
    """One page of a register's entries. after: the number after which it begins; number: what the numbers hold.

    Raises:
        NotFound: there is no such register for the viewer.
    """
    head = session.execute(
        text("""select g.id, g.name, g.country, g.retain_until, c.agency_id = my_agency() as is_own
             from register g join compartment c on c.id = g.compartment_id where g.id = :register"""),
        {"register": register_id},
    ).one_or_none()
    if head is None:
        raise NotFound("There is no such register.")
    rows = session.execute(
        text("""select e.id, e.number, e.date_of_birth, e.missing_since, e.closed_as,
               (select count(*)::int from media_item m where m.register_entry_id = e.id) as portraits,
               (select count(*)::int from lead_evidence v where v.register_entry_id = e.id) as leads
             from register_entry e
             where e.register_id = :register and e.number > :after and strpos(lower(e.number), lower(:number)) > 0
             order by e.number limit :most"""),
        {"register": register_id, "after": after, "number": number, "most": MOST_LISTED + 1},
    )
    entries = rows_as(EntryLine, rows)
    return RegisterEntries(**head._mapping, entries=entries[:MOST_LISTED], more=len(entries) > MOST_LISTED)


def entry_page(session: Session, entry_id: UUID) -> EntryPage:
    """An entry with its leads and how it ended.

    Raises:
        NotFound: there is no such entry for the viewer.
    """
    here = {"entry": entry_id}
    row = session.execute(
        text("""select e.id, e.operation_id, e.register_id, g.name as register, g.country, e.number, e.label, e.sex,
               e.date_of_birth, e.missing_since, e.place, e.nationality, e.details, e.closed_as,
               c.agency_id = my_agency() as is_own,
               array(select f.id from face f where f.register_entry_id = e.id order by f.quality desc, f.id) as portraits
             from register_entry e join register g on g.id = e.register_id join compartment c on c.id = e.compartment_id
             where e.id = :entry"""),
        here,
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such entry.")
    leads = session.execute(
        text("""select l.id, l.number, l.kind, l.stage, l.countries, l.basis_ended
             from lead_evidence v join lead l on l.id = v.lead_id where v.register_entry_id = :entry order by l.number"""),
        here,
    )
    ends = session.execute(
        text("""select n.what, n.found_on, n.reference, n.reason, u.name as by, n.ended_at as at
             from entry_end n join app_user u on u.id = n.ended_by where n.entry_id = :entry order by n.ended_at desc"""),
        here,
    )
    facts = dict(row._mapping) | {"details": details_in_words(row.details)}
    return EntryPage(**facts, leads=rows_as(LeadOfEntry, leads), ends=rows_as(EndOfEntry, ends))
