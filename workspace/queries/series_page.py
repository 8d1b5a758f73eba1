"""The page of a series: what is in it, who works on it, its likely country, and what people said and did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import part_as, rows_as, statements
from workspace.queries.colleagues import AgencyColleague, Colleague, colleague
from workspace.queries.series import SeriesAct, series_acts
from workspace.rules.codes import AgeBand, MediaKind, SeriesJoinWhat, SeriesRecency, SeriesTriage, SeriesWordWhat
from workspace.rules.comparison import comparison_key
from workspace.rules.exercise import PlayedBy
from workspace.rules.leads import LeadKind, LeadStage
from workspace.rules.roles import EXAMINERS

SQL = statements(__file__)
MOST_MEDIA = 24
MOST_LEADS = 100
MOST_WORDS = 200
MOST_EVENTS = 100


@dataclass(frozen=True)
class SeriesMedium:
    """A medium that shows a person of the series, or was placed in it. captured_at: as the file says, not verified.
    is_placed: by hand, and of the viewer's own agency's material."""

    id: UUID
    kind: MediaKind
    captured_at: str | None
    is_placed: bool


@dataclass(frozen=True)
class SeriesPerson:
    """A person in the series. is_own: of the viewer's own agency's material. face_id: its best face."""

    id: UUID
    number: int
    country: str
    is_own: bool
    age_band: AgeBand | None
    face_count: int
    face_id: UUID | None
    media: int


@dataclass(frozen=True)
class SeriesLead:
    """A lead about a person of the series, or a clue about the series."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    countries: list[str]
    priority: int


@dataclass(frozen=True)
class WordOfSeries:
    """What somebody said of the series. before: of a name or a number elsewhere what stood there."""

    id: UUID
    what: SeriesWordWhat
    words: str
    before: str
    by: Colleague
    at: datetime


@dataclass(frozen=True)
class SeriesEvent:
    """An event of the series, as codes. whom: the name that an id in it means."""

    seq: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    actor: Colleague | None
    played_by: PlayedBy
    whom: str | None


@dataclass(frozen=True)
class JoinOfSeries:
    """What stands between two series: `number` was merged into `into_number`, or split off it. is_gone: `number` is the
    one whose page it is."""

    id: UUID
    what: SeriesJoinWhat
    number: int
    into_number: int
    by: str
    at: datetime
    is_gone: bool


@dataclass(frozen=True)
class OtherSeries:
    """Another series of the same compartment."""

    id: UUID
    number: int
    label: str


@dataclass(frozen=True, kw_only=True)
class SeriesPage:
    """A series. owner: the country whose series it is; is_own: the viewer's agency's. column_id: where the operation
    has a column of its own for it. merged_into: the number of
    the one that it is part of. claim_token: of the claim that lives, if the viewer's own. *_of: how many there are in
    all.
    same_reference: numbers of other series with the same number elsewhere, in whichever form it is written."""

    id: UUID
    operation_id: int
    number: int
    label: str
    external_reference: str | None
    was_prepared: bool
    created_at: datetime
    priority: int
    recency: SeriesRecency | None
    triage: SeriesTriage
    column_id: UUID | None
    column_name: str | None
    country_determined: str | None
    country_grounds: str | None
    determined_by_id: int | None
    determined_by: str | None
    is_confirmed: bool
    confirmed_by: str | None
    region: str | None
    region_name: str | None
    region_by_id: int | None
    region_by: str | None
    region_confirmed_by: str | None
    is_region_confirmed: bool
    owner: str
    is_own: bool
    sharing: str
    merged_into: int | None
    lease_until: datetime | None
    claim_token: int
    holder: Colleague | None
    media: list[SeriesMedium]
    media_of: int
    persons: list[SeriesPerson]
    leads: list[SeriesLead]
    leads_of: int
    acts: list[SeriesAct]
    words: list[WordOfSeries]
    words_of: int
    events: list[SeriesEvent]
    events_of: int
    same_reference: list[int]
    joins: list[JoinOfSeries]


def series_page(session: Session, operation_id: int, number: int) -> SeriesPage:
    """A series by its number.

    Raises:
        NotFound: there is no such series for the viewer.
    """
    row = session.execute(SQL["series"], {"operation": operation_id, "number": number}).one_or_none()
    if row is None:
        raise NotFound("There is no such series.")
    facts = dict(row._mapping)
    who = [facts.pop(name) for name in ("holder_id", "holder", "holder_country", "holder_played_by")]
    here = {"operation": operation_id, "series": row.id}
    media = part_as(SeriesMedium, session.execute(SQL["media"], here | {"most": MOST_MEDIA}))
    leads = part_as(SeriesLead, session.execute(SQL["leads"], here | {"most": MOST_LEADS}))
    words = session.execute(SQL["words"], here | {"most": MOST_WORDS}).all()
    events = session.execute(SQL["events"], here | {"most": MOST_EVENTS}).all()
    return SeriesPage(
        **facts,
        holder=colleague(*who),
        media=media.rows,
        media_of=media.of,
        persons=rows_as(SeriesPerson, session.execute(SQL["persons"], here)),
        leads=leads.rows,
        leads_of=leads.of,
        acts=[each for each in series_acts(session, operation_id) if each.series_id == row.id],
        words=[_word(each) for each in words],
        words_of=words[0].of if words else 0,
        events=[_event(each) for each in events],
        events_of=events[0].of if events else 0,
        joins=rows_as(JoinOfSeries, session.execute(SQL["joins"], here)),
        same_reference=_same_reference(session, here, row.external_reference),
    )


def number_of_series(session: Session, series_id: UUID) -> tuple[int, int]:
    """The operation and the number of a series.

    Raises:
        NotFound: there is no such series for the viewer.
    """
    row = session.execute(SQL["number"], {"series": series_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such series.")
    return row.operation_id, row.number


def other_series(session: Session, series_id: UUID) -> list[OtherSeries]:
    """The series with which one can be merged, for its agency."""
    return rows_as(OtherSeries, session.execute(SQL["others"], {"series": series_id}))


def possible_holders(session: Session, operation_id: int) -> list[AgencyColleague]:
    """The examiners to whom the viewer may hand a series over."""
    asked = {"operation": operation_id, "roles": sorted(EXAMINERS)}
    return rows_as(AgencyColleague, session.execute(SQL["examiners"], asked))


def _word(row: Row[Any]) -> WordOfSeries:
    by = Colleague(row.user_id, row.name, row.country, row.played_by)
    return WordOfSeries(row.id, row.what, row.words, row.before, by, row.at)


def _event(row: Row[Any]) -> SeriesEvent:
    actor = colleague(row.user_id, row.name, row.country, row.played_by)
    return SeriesEvent(row.seq, row.at, row.kind, row.payload, actor, row.played_by, row.whom)


def _same_reference(session: Session, here: Mapping[str, Any], reference: str | None) -> list[int]:
    """Numbers of the other series whose number elsewhere is the same once compared."""
    if not reference:
        return []
    key = comparison_key(reference)
    rows = session.execute(SQL["references"], here)
    return [row.number for row in rows if comparison_key(row.external_reference) == key]
