"""Computes the figures of an edition from the rows and the log, in one snapshot, with the workers' role.

What each figure counts stands in exchange/figures.py; the rules are docs/field.md, Counting: a person counts once
(merged entries are one), a stage counts where it was reached at least once and not revoked, leads and referrals are
counted apart, and safeguarded children who are not depicted never join the victims. Must not withhold anything: what
may be printed is decided when it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.exchange.figures import (
    AGES_COUNTED,
    TIMES,
    Agreement,
    Correction,
    Count,
    CountryCount,
    DayCount,
    Dissemination,
    EditionFigures,
    GradeCount,
    Header,
    MaterialStep,
    ModelUse,
    TimeMeasure,
    figure,
)
from workspace.model.statements import rows_as, statements
from workspace.rules.codes import SEXES
from workspace.rules.days import in_zone
from workspace.rules.numbers import entry_number, series_number
from workspace.vocabulary import label

SQL = statements(__file__)
SERIES_FUNNEL = (
    "series_all",
    "series_worked",
    "series_country",
    "series_information",
    "series_probable",
    "series_confirmed",
)
Here = Mapping[str, Any]
"""The parameters of a statement: the operation, and what else it asks for."""
LEAD_FUNNEL = ("leads_opened", "leads_claimed", "leads_assessed", "leads_verified", "leads_referred")


@dataclass(frozen=True)
class Drawn:
    """An edition's figures, and the point of the log at which they were counted."""

    operation_id: int
    as_of: datetime
    seq: int
    log_digest: bytes
    figures: EditionFigures


def draw(session: Session, edition_id: UUID, now: datetime) -> Drawn | None:
    """Count everything for an edition; None if it is frozen already. `now` is the snapshot's time.

    Raises:
        NotFound: there is no such edition.
    """
    head = session.execute(SQL["head"], {"edition": edition_id}).one_or_none()
    if head is None:
        raise NotFound("There is no such edition.")
    if head.as_of is not None:
        return None
    here = {"operation": head.operation_id, "late": head.kind == "follow_up"}
    numbers = counts(session, head.operation_id, late=here["late"])
    figures = EditionFigures(
        header=_header(session, head, now),
        figures=tuple(figure(key, number) for key, number in numbers.items()),
        material=_material(numbers),
        series_funnel=_funnel(SERIES_FUNNEL, numbers) if numbers["series_all"] else (),
        lead_funnel=_funnel(LEAD_FUNNEL, numbers),
        dissemination=_dissemination(session, here),
        referral_days=_referral_days(session, here | {"zone": head.time_zone}),
        ages=_in_order(AGES_COUNTED, session.execute(SQL["ages"], here)),
        sexes=_in_order(SEXES, session.execute(SQL["sexes"], here)),
        countries=tuple(rows_as(CountryCount, session.execute(SQL["countries"], here))),
        grades=tuple(rows_as(GradeCount, session.execute(SQL["grades"], here))),
        places=tuple(rows_as(Count, session.execute(SQL["places"], here))),
        times=_times(session, here),
        agreement=_agreement(session, here),
        models=_models(session, here),
        corrections=_corrections(session, here, head.time_zone),
    )
    return Drawn(head.operation_id, now, head.last_seq, bytes(head.last_hash), figures)


def counts(session: Session, operation_id: int, *, late: bool = False) -> dict[str, int]:
    """Every figure of DEFINITIONS by its key, in the order of the report. late: what was found after the window counts
    too, as in a follow-up edition."""
    here = {"operation": operation_id, "late": late}
    counted: dict[str, int] = {}
    for name in ("series", "persons_of_the_ledger", "leads", "clues", "referrals", "material", "parties"):
        row = session.execute(SQL[name], here).mappings().one()
        counted |= {key: int(value) for key, value in row.items()}
    counted["files_distinct_seen"] = counted["files_distinct"] - _near_copies(session, here)
    counted["series_all"] = counted["series_prepared"] + counted["series_added"]
    counted["series_left"] = counted["series_all"] - counted["series_worked"]
    return counted


def _header(session: Session, head: Row[Any], now: datetime) -> Header:
    countries = session.scalars(
        text(
            "select country from participation where operation_id = :operation and accepted_at is not null "
            "order by country"
        ),
        {"operation": head.operation_id},
    ).all()
    return Header(
        operation=head.code_name,
        is_exercise=head.is_exercise,
        handling_code=head.handling_code,
        tlp=head.tlp,
        opens_at=in_zone(head.opens_at, head.time_zone),
        closes_at=in_zone(head.closes_at, head.time_zone),
        as_of=in_zone(now, head.time_zone),
        seq=head.last_seq,
        log_digest=bytes(head.last_hash).hex(),
        edition=head.number,
        kind=head.kind,
        audience="internal",
        countries=tuple(countries),
        drawn_up_by=f"{head.country} · {label('role', head.role or 'none')}",
        suppression_threshold=head.suppression_threshold,
        settled_differences=head.settled_differences,
    )


def _funnel(keys: tuple[str, ...], numbers: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(key, numbers[key]) for key in keys)


def _material(numbers: Mapping[str, int]) -> tuple[MaterialStep, ...]:
    steps = ("files_received", "files_readable", "files_distinct", "files_distinct_seen")
    first = MaterialStep(steps[0], None, numbers[steps[0]])
    later = [MaterialStep(step, numbers[before] - numbers[step], numbers[step]) for before, step in pairwise(steps)]
    return (first, *later)


def _near_copies(session: Session, here: Here) -> int:
    """How many distinct files go when files that look alike are counted once: the merges of a forest over their
    digests."""
    parent: dict[bytes, bytes] = {}

    def root(item: bytes) -> bytes:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    merged = 0
    for row in session.execute(SQL["look_alike"], here):
        one, other = root(bytes(row.one)), root(bytes(row.other))
        if one != other:
            parent[one] = other
            merged += 1
    return merged


def _dissemination(session: Session, here: Here) -> Dissemination:
    rows = session.execute(SQL["dissemination"], here).all()
    parties = session.scalars(text("select country from participation where operation_id = :operation"), here).all()
    countries = tuple(sorted({*parties, *(row.source for row in rows), *(row.receiver for row in rows)}))
    number = {(row.source, row.receiver): row.number for row in rows}
    return Dissemination(
        countries, tuple(tuple(number.get((one, other), 0) for other in countries) for one in countries)
    )


def _referral_days(session: Session, here: Here) -> tuple[DayCount, ...]:
    rows = session.execute(SQL["referral_days"], here).all()
    by_day: dict[date, tuple[int, int]] = {row.day: (row.sent, row.acknowledged) for row in rows}
    days, sent, acknowledged = [], 0, 0
    day = min(by_day, default=None)
    while day is not None and day <= max(by_day):
        more = by_day.get(day, (0, 0))
        sent, acknowledged = sent + more[0], acknowledged + more[1]
        days.append(DayCount(day, sent, acknowledged))
        day += timedelta(days=1)
    return tuple(days)


def _in_order(keys: tuple[str, ...], rows: Iterable[Row[Any]]) -> tuple[Count, ...]:
    numbers = {row.key: row.number for row in rows}
    return tuple(Count(key, numbers.get(key, 0)) for key in keys)


def _times(session: Session, here: Here) -> tuple[TimeMeasure, ...]:
    rows = session.execute(SQL["times"], here).all()
    measures = {row.key: TimeMeasure(row.key, row.number, row.median_s, row.p90_s) for row in rows}
    return tuple(measures.get(key, TimeMeasure(key, 0, None, None)) for key in TIMES)


def _agreement(session: Session, here: Here) -> Agreement | None:
    row = session.execute(SQL["agreement"], here).one()
    if not row.compared:
        return None
    return Agreement(row.compared, row.agreed, row.compared - row.agreed, row.third_opinions)


def _models(session: Session, here: Here) -> tuple[ModelUse, ...]:
    rows = session.execute(SQL["models"], here).all()
    return tuple(
        ModelUse(row.pack_id, row.model_digest, round(row.threshold, 4), row.leads, row.rejected) for row in rows
    )


def _corrections(session: Session, here: Here, zone: str) -> tuple[Correction, ...]:
    """When and what was taken back. Why stands with the statement, for whoever may see it: an edition is read by all
    members, and a reader's own rights fill it in (queries/editions.py)."""
    rows = session.execute(SQL["corrections"], here).all()
    return tuple(
        Correction(in_zone(row.at, zone), f"{_corrected(row.kind, row.number)} · {row.what}", "–", row.outcome)
        for row in rows
    )


def _corrected(kind: str, number: int | None) -> str:
    """What a correction is about: an entry of the ledger or a series; a dash for one of closed material."""
    if kind != "series":
        return entry_number(number or 0, kind)
    return "–" if number is None else series_number(number)
