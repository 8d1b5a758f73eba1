"""How an exercise that partners play has come on: for the command that plays it to its end, and for who is about to
sign in.

Counted through the service role over everything in the operation, but `what_waits`, which is for one viewer.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.roles import RECEIVERS

SQL = statements(__file__)


@dataclass(frozen=True)
class WeekFigures:
    """What happened, counted. record_events: the number of the last event."""

    claims: int
    opinions: int
    verified: int
    rejected: int
    referred: int
    acknowledged: int
    returned: int
    editions: int
    record_events: int


@dataclass(frozen=True)
class Progress:
    """How far an exercise is. untouched: open leads that nobody claimed or asked about. stages: leads by stage, without
    empty ones. opinions: that stand; sent: referrals; stated: outcomes. events: of the record. empty_inboxes: agencies
    that only receive and have received nothing that they can work on."""

    untouched: int
    leads: int
    stages: dict[str, int]
    opinions: int
    sent: int
    stated: int
    events: int
    empty_inboxes: int
    editions: int
    closing_editions: int
    state: str


@dataclass(frozen=True)
class Waiting:
    """What waits, as one viewer sees it. returned: referrals of the viewer's agency that nobody has sent on; to_…:
    those at the viewer's agency, by their next step; stated: those of which it has stated an outcome."""

    open: int
    opinions: int
    to_refer: int
    approvals: int
    returned: int
    to_acknowledge: int
    to_answer: int
    to_state: int
    stated: int
    requests: int
    editions: int
    events: int


def week_figures(session: Session, operation_id: int) -> WeekFigures:
    """Count what happened."""
    return rows_as(WeekFigures, session.execute(SQL["figures"], {"operation": operation_id}))[0]


def progress(session: Session, operation_id: int) -> Progress:
    """Count how far it is."""
    here = {"operation": operation_id, "receivers": sorted(RECEIVERS)}
    return rows_as(Progress, session.execute(SQL["progress"], here))[0]


def what_waits(session: Session, operation_id: int) -> Waiting:
    """Count what waits for the viewer, or for whoever works beside the viewer."""
    return rows_as(Waiting, session.execute(SQL["waiting"], {"operation": operation_id}))[0]
