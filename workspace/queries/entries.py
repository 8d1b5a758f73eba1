"""The entries of a register as the viewer's keys show them, and one entry with its leads and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.lead_sides import details_in_words
from workspace.rules.codes import STANDING_STAGES, AgeBand, EntryEnd, EntryStep, Sex
from workspace.rules.comparison import search_key
from workspace.rules.days import day_in
from workspace.rules.leads import BasisEnd, LeadKind, LeadStage, claimed_day, whole_years

SQL = statements(__file__)

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
    """A lead of an entry, as far as the viewer sees it, with the person, the series and the device that it compares the
    child with. captured_at: as the file says; age_then: the child's whole years on that day. standing: what was stated
    of the child there."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    countries: list[str]
    basis_ended: list[BasisEnd]
    person: int | None
    person_country: str | None
    age_band: AgeBand | None
    series: int | None
    exhibit: str | None
    captured_at: str | None
    age_then: int | None
    standing: str | None


@dataclass(frozen=True)
class LeadThrough:
    """A lead that does not name the entry and shows a person whom a lead of the entry shows."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    countries: list[str]
    person: int


@dataclass(frozen=True)
class StatedOfChild:
    """What was stated of the child and holds. lead, country: where the viewer may see them."""

    stage: str
    lead_id: UUID | None
    lead: int | None
    country: str | None
    stated_on: date | None


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
    """An entry with all that touches it, and its ends, the newest first. is_own: the viewer's agency owns the register.
    portraits: ids of its faces. age_now, age_missing: whole years today and on the day of the disappearance."""

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
    through: list[LeadThrough]
    stated: list[StatedOfChild]
    age_now: int | None
    age_missing: int | None
    ends: list[EndOfEntry]


def register_entries(session: Session, register_id: UUID, *, after: str = "", number: str = "") -> RegisterEntries:
    """One page of a register's entries. after: the number after which it begins; number: what the numbers hold.

    Raises:
        NotFound: there is no such register for the viewer.
    """
    head = session.execute(SQL["register"], {"register": register_id}).one_or_none()
    if head is None:
        raise NotFound("There is no such register.")
    rows = session.execute(
        SQL["entries"],
        {"register": register_id, "after": after, "number": search_key(number), "one_more": MOST_LISTED + 1},
    )
    entries = rows_as(EntryLine, rows)
    return RegisterEntries(**head._mapping, entries=entries[:MOST_LISTED], more=len(entries) > MOST_LISTED)


def entry_page(session: Session, entry_id: UUID) -> EntryPage:
    """An entry with its leads and how it ended.

    Raises:
        NotFound: there is no such entry for the viewer.
    """
    here: dict[str, object] = {"entry": entry_id, "stages": list(STANDING_STAGES)}
    row = session.execute(SQL["entry"], here).one_or_none()
    if row is None:
        raise NotFound("There is no such entry.")
    facts = dict(row._mapping) | {"details": details_in_words(row.details)}
    today, born = day_in(facts.pop("now"), facts.pop("time_zone")), row.date_of_birth
    stated = [dict(each._mapping) for each in session.execute(SQL["stated"], here)]
    return EntryPage(
        **facts,
        leads=[
            LeadOfEntry(**each._mapping, age_then=_age_on(born, claimed_day(each.captured_at)))
            for each in session.execute(SQL["leads"], here)
        ],
        through=rows_as(LeadThrough, session.execute(SQL["through"], here)),
        stated=[StatedOfChild(**{name: each[name] for name in each if name != "place"}) for each in stated],
        age_now=_age_on(born, today),
        age_missing=_age_on(born, row.missing_since),
        ends=rows_as(EndOfEntry, session.execute(SQL["ends"], here)),
    )


def _age_on(born: date | None, day: date | None) -> int | None:
    """Whole years on a day; None where a day is unknown, or is before the birth, as a wrong clock may say."""
    return whole_years(born, day) if born and day and born <= day else None
