"""Computes the figures of an edition from the rows and the log, in one snapshot, with the workers' role.

What each figure counts stands in exchange/figures.py; the rules are FIELD.md C2 and C3: a person counts once (merged entries are
one), a stage counts where it was reached at least once and not revoked, leads and referrals are counted apart, and safeguarded
children who are not depicted never join the victims. Must not withhold anything: what may be printed is decided when it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.exchange.figures import (
    AGE_BANDS,
    SEXES,
    TIMES,
    Agreement,
    Correction,
    Count,
    CountryCount,
    DayCount,
    Dissemination,
    EditionFigures,
    Header,
    MaterialStep,
    ModelUse,
    TimeMeasure,
    figure,
)
from workspace.queries import figure_rows as sql

SERIES_FUNNEL = ("series_worked", "series_country", "series_information", "series_probable", "series_confirmed")
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
    row = session.execute(text(sql.HEAD), {"edition": edition_id}).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such edition.")
    head = dict(row)
    if head["as_of"] is not None:
        return None
    numbers = counts(session, head["operation_id"])
    found = EditionFigures(
        header=_header(session, head, now),
        figures=tuple(figure(key, number) for key, number in numbers.items()),
        material=_material(numbers),
        series_funnel=_funnel(SERIES_FUNNEL, numbers) if numbers["series_prepared"] + numbers["series_added"] else (),
        lead_funnel=_funnel(LEAD_FUNNEL, numbers),
        dissemination=_dissemination(session, head["operation_id"]),
        referral_days=_referral_days(session, head["operation_id"], head["time_zone"]),
        ages=_in_order(AGE_BANDS, session, sql.AGES, head["operation_id"]),
        sexes=_in_order(SEXES, session, sql.SEXES, head["operation_id"]),
        countries=_countries(session, head["operation_id"]),
        places=_rows_as_counts(session, sql.PLACES, head["operation_id"]),
        times=_times(session, head["operation_id"]),
        agreement=_agreement(session, head["operation_id"]),
        models=_models(session, head["operation_id"]),
        corrections=_corrections(session, head["operation_id"], head["time_zone"]),
    )
    return Drawn(head["operation_id"], now, head["last_seq"], bytes(head["last_hash"]), found)


def counts(session: Session, operation_id: int) -> dict[str, int]:
    """Every figure of DEFINITIONS by its key, in the order of the report."""
    found: dict[str, int] = {}
    for statement in (sql.SERIES, sql.PERSONS_OF_THE_LEDGER, sql.LEADS, sql.REFERRALS, sql.MATERIAL, sql.PARTIES):
        row = session.execute(text(statement), {"operation": operation_id}).mappings().one()
        found |= {key: int(value) for key, value in row.items()}
    found["files_distinct_seen"] = found["files_distinct"] - _near_copies(session, operation_id)
    found["series_left"] = found["series_prepared"] + found["series_added"] - found["series_worked"]
    return found


def _header(session: Session, head: Mapping[str, Any], now: datetime) -> Header:
    zone = ZoneInfo(head["time_zone"])
    countries = session.scalars(
        text("select country from participation where operation_id = :operation and accepted_at is not null order by country"),
        {"operation": head["operation_id"]},
    ).all()
    return Header(
        operation=head["code_name"],
        is_exercise=head["is_exercise"],
        handling_code=head["handling_code"],
        tlp=head["tlp"],
        opens_at=head["opens_at"].astimezone(zone),
        closes_at=head["closes_at"].astimezone(zone),
        as_of=now.astimezone(zone),
        seq=head["last_seq"],
        log_digest=bytes(head["last_hash"]).hex(),
        edition=head["number"],
        kind=head["kind"],
        audience="internal",
        countries=tuple(countries),
        drawn_up_by=f"{head['country']} · {(head['role'] or 'member').replace('_', ' ')}",
        suppression_threshold=head["suppression_threshold"],
    )


def _funnel(keys: tuple[str, ...], numbers: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(key, numbers[key]) for key in keys)


def _material(numbers: Mapping[str, int]) -> tuple[MaterialStep, ...]:
    steps = ("files_received", "files_readable", "files_distinct", "files_distinct_seen")
    first = MaterialStep(steps[0], None, numbers[steps[0]])
    later = [MaterialStep(step, numbers[before] - numbers[step], numbers[step]) for before, step in pairwise(steps)]
    return (first, *later)


def _near_copies(session: Session, operation_id: int) -> int:
    """How many distinct files go when files that look alike are counted once: the merges of a forest over their digests."""
    parent: dict[bytes, bytes] = {}

    def root(item: bytes) -> bytes:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    merged = 0
    for row in session.execute(text(sql.LOOK_ALIKE), {"operation": operation_id}):
        one, other = root(bytes(row.one)), root(bytes(row.other))
        if one != other:
            parent[one] = other
            merged += 1
    return merged


def _dissemination(session: Session, operation_id: int) -> Dissemination:
    rows = session.execute(text(sql.DISSEMINATION), {"operation": operation_id}).all()
    parties = session.scalars(
        text("select country from participation where operation_id = :operation"), {"operation": operation_id}
    ).all()
    countries = tuple(sorted({*parties, *(row.source for row in rows), *(row.receiver for row in rows)}))
    number = {(row.source, row.receiver): row.number for row in rows}
    return Dissemination(countries, tuple(tuple(number.get((one, other), 0) for other in countries) for one in countries))


def _referral_days(session: Session, operation_id: int, zone: str) -> tuple[DayCount, ...]:
    rows = session.execute(text(sql.REFERRAL_DAYS), {"operation": operation_id, "zone": zone}).all()
    by_day: dict[date, tuple[int, int]] = {row.day: (row.sent, row.acknowledged) for row in rows}
    days, sent, acknowledged = [], 0, 0
    day = min(by_day, default=None)
    while day is not None and day <= max(by_day):
        more = by_day.get(day, (0, 0))
        sent, acknowledged = sent + more[0], acknowledged + more[1]
        days.append(DayCount(day, sent, acknowledged))
        day += timedelta(days=1)
    return tuple(days)


def _in_order(keys: tuple[str, ...], session: Session, statement: str, operation_id: int) -> tuple[Count, ...]:
    found = {count.key: count.number for count in _rows_as_counts(session, statement, operation_id)}
    return tuple(Count(key, found.get(key, 0)) for key in keys)


def _countries(session: Session, operation_id: int) -> tuple[CountryCount, ...]:
    rows = session.execute(text(sql.COUNTRIES), {"operation": operation_id}).all()
    return tuple(CountryCount(row.country, row.shown, row.determined, row.confirmed, row.safeguarded) for row in rows)


def _rows_as_counts(session: Session, statement: str, operation_id: int) -> tuple[Count, ...]:
    rows = session.execute(text(statement), {"operation": operation_id}).all()
    return tuple(Count(row.key, row.number) for row in rows)


def _times(session: Session, operation_id: int) -> tuple[TimeMeasure, ...]:
    rows = session.execute(text(sql.TIMES), {"operation": operation_id}).all()
    found = {row.key: TimeMeasure(row.key, row.number, row.median_s, row.p90_s) for row in rows}
    return tuple(found.get(key, TimeMeasure(key, 0, None, None)) for key in TIMES)


def _agreement(session: Session, operation_id: int) -> Agreement | None:
    row = session.execute(text(sql.AGREEMENT), {"operation": operation_id}).one()
    if not row.compared:
        return None
    return Agreement(row.compared, row.agreed, row.compared - row.agreed, row.third_opinions)


def _models(session: Session, operation_id: int) -> tuple[ModelUse, ...]:
    rows = session.execute(text(sql.MODELS), {"operation": operation_id}).all()
    return tuple(ModelUse(row.pack_id, row.model_digest, round(row.threshold, 4), row.leads, row.rejected) for row in rows)


def _corrections(session: Session, operation_id: int, zone: str) -> tuple[Correction, ...]:
    """When and what was taken back. Why stands with the statement, for whoever holds its key: an edition is read by all members."""
    rows = session.execute(text(sql.CORRECTIONS), {"operation": operation_id}).all()
    return tuple(Correction(row.revoked_at.astimezone(ZoneInfo(zone)), row.subject, "–") for row in rows)
