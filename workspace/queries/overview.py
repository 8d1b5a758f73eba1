"""How an operation stands, from the rows that the viewer may see; every figure says what it counts.

Nothing here shows a score or a band, and nobody is ranked: countries stand in the order of their codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from workspace.model.statements import part_as, rows_as, statements
from workspace.queries.intake import Material, material
from workspace.rules.leads import UNDECIDED

SQL = statements(__file__)
MOST_STUCK = 12
MOST_REASONS = 5
MOST_CLOCKS = 8
PATIENCE_S = 3600
"""How long a lead may wait for its next person before it counts as stuck."""


@dataclass(frozen=True)
class CountryRow:
    """A country's part. Leads count once for each country whose material meets in them, so columns don't add up to all
    leads."""

    country: str
    exhibits: int
    exhibits_done: int
    open: int
    claimed: int
    assessed: int
    verified: int
    referred: int
    waits: int
    oldest: datetime | None


@dataclass(frozen=True)
class StuckReason:
    """What a lead waits for: `why` is a code of `word('stuck', …)`; country: who must answer. times: how often, where
    several wait alike."""

    why: str
    referral: int | None
    country: str | None
    times: int


@dataclass(frozen=True)
class StuckRow:
    """A lead that waits: for what, and since when the first of it does. reasons: that one first, at most
    MOST_REASONS of `of`."""

    lead_id: str
    lead_number: int
    stage: str
    reasons: list[StuckReason]
    of: int
    since: datetime


@dataclass(frozen=True)
class ClockRow:
    """A time that runs out; `what` is a code of `word('clock', …)`."""

    what: str
    number: int | None
    country: str | None
    at: datetime


@dataclass(frozen=True)
class SeriesCounts:
    """How many series the viewer sees."""

    all: int
    prepared: int
    added: int
    country_determined: int
    with_lead: int


@dataclass(frozen=True)
class Agreement:
    """How many leads two agreed on, how many want a third, and how many of both were rejected."""

    agreed: int
    third: int
    rejected: int


@dataclass(frozen=True)
class Overview:
    """All figures of the overview, of one snapshot. `seq`: the last event; `median_s`: first to second signature, in
    seconds. stuck: at most MOST_STUCK, of `stuck_leads` leads;
    clocks: at most MOST_CLOCKS, of `clocks_of`. opens_material: the viewer has a key to anything
    there."""

    seq: int
    leads: int
    countries: list[CountryRow]
    stuck: list[StuckRow]
    clocks: list[ClockRow]
    clocks_of: int
    series: SeriesCounts
    agreement: Agreement
    median_s: float | None
    material: Material
    stuck_leads: int
    opens_material: bool


def overview(session: Session, operation_id: int) -> Overview:
    """Compute the overview of an operation as the viewer sees it."""
    here = {"operation": operation_id}
    limits = {"patience": PATIENCE_S, "most": MOST_STUCK, "reasons": MOST_REASONS}
    stuck = session.execute(SQL["stuck"], {**here, **limits}).mappings().all()
    totals = session.execute(SQL["totals"], here).one()
    clocks = part_as(ClockRow, session.execute(SQL["clocks"], {**here, "most": MOST_CLOCKS}))
    return Overview(
        seq=totals.seq,
        leads=totals.leads,
        countries=rows_as(CountryRow, session.execute(SQL["countries"], here)),
        stuck=[_stuck(row) for row in stuck],
        stuck_leads=stuck[0]["leads"] if stuck else 0,
        opens_material=totals.opens_material,
        clocks=clocks.rows,
        clocks_of=clocks.of,
        series=SeriesCounts(**session.execute(SQL["series"], here).one()._mapping),
        agreement=Agreement(**session.execute(SQL["agreement"], {**here, "undecided": list(UNDECIDED)}).one()._mapping),
        median_s=session.execute(SQL["median"], here).scalar_one_or_none(),
        material=material(session, operation_id),
    )


def _stuck(row: RowMapping) -> StuckRow:
    reasons = [StuckReason(**reason) for reason in row["reasons"]]
    return StuckRow(row["lead_id"], row["lead_number"], row["stage"], reasons, row["of"], row["since"])
