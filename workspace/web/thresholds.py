"""What the settings' page and the API say of an operation's thresholds: in force, said, and what could be proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from workspace.queries import operations
from workspace.queries.colleagues import Colleague
from workspace.queries.thresholds import SaidThreshold, said_thresholds
from workspace.rules.calibration import Calibration, ErrorRate, KnownErrors, errors_at
from workspace.web.context import current_settings, reading
from workspace.web.errors import said as in_words
from workspace.web.searching import known_calibrations, stated_calibrations, threshold_of_pack


@dataclass(frozen=True)
class MeasuredPoint:
    """A threshold and how often it errs: pairs of two people that reach it, pairs of one person that do not."""

    cosine: float
    false_accepts: ErrorRate
    false_rejects: ErrorRate


@dataclass(frozen=True)
class StatedCalibration:
    """A measurement of the pack's recogniser. people: null where the pairs do not say whose they are."""

    sha256: str
    made_on: str
    made_by: str
    photographs: int
    people: int | None
    measured: str
    not_measured: str
    lead: MeasuredPoint
    strong: MeasuredPoint


@dataclass(frozen=True)
class ThresholdSaid:
    """A threshold as one country proposed it and another confirmed it. stands: it waits for its confirmation;
    may_confirm: which the viewer's country could give."""

    id: UUID
    lead: float
    strong: float
    calibration: StatedCalibration
    reason: str
    proposed_by: Colleague
    confirmed_by: Colleague | None
    stands: bool
    may_confirm: bool


@dataclass(frozen=True)
class OperationThresholds:
    """The thresholds in force, null where there is no face pack; how often the one of a lead errs, null where nobody
    measured it; what was said, the newest first; what could be proposed."""

    lead: float | None
    strong: float | None
    errors: KnownErrors | None
    said: list[ThresholdSaid]
    calibrations: list[StatedCalibration]


def operation_thresholds(operation_id: int) -> OperationThresholds:
    """What the page and the route answer."""
    pack_dir = current_settings().pack_dir
    with reading() as view:
        operations.operation(view.session, operation_id)
        known = threshold_of_pack(view.session, operation_id, pack_dir)
        said = said_thresholds(view.session, operation_id)
        measured = known_calibrations(view.session, operation_id, pack_dir)
    lead, strong = (known[1].lead, known[1].strong) if known else (None, None)
    return OperationThresholds(
        lead=lead,
        strong=strong,
        errors=_worded(errors_at(measured, known[0], known[1].lead)) if known else None,
        said=_said(said),
        calibrations=[_stated(each) for each in stated_calibrations(pack_dir)],
    )


def _said(rows: Sequence[SaidThreshold]) -> list[ThresholdSaid]:
    return [
        ThresholdSaid(
            id=row.id,
            lead=row.lead,
            strong=row.strong,
            calibration=_stated(row.calibration),
            reason=row.reason,
            proposed_by=row.proposed_by,
            confirmed_by=row.confirmed_by,
            stands=row.stands,
            may_confirm=row.may_confirm,
        )
        for row in rows
    ]


def _worded(known: KnownErrors | None) -> KnownErrors | None:
    """What was measured in the reader's language, where the calibration is ours; an agency's own words stay."""
    if known is None:
        return None
    return replace(known, measured=in_words(known.measured), not_measured=in_words(known.not_measured))


def _stated(found: Calibration) -> StatedCalibration:
    return StatedCalibration(
        sha256=found.sha256,
        made_on=found.made_on.isoformat(),
        made_by=found.made_by,
        photographs=found.photographs,
        people=found.people,
        measured=in_words(found.measured),
        not_measured=in_words(found.not_measured),
        lead=MeasuredPoint(found.lead.cosine, found.lead.false_accepts, found.lead.false_rejects),
        strong=MeasuredPoint(found.strong.cosine, found.strong.false_accepts, found.strong.false_rejects),
    )
