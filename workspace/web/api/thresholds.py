"""REST: from which cosine on faces become leads: what was measured, what is proposed, what two countries agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import thresholds as commands
from workspace.web.bodies import OperationPath, ReasonBody
from workspace.web.context import current_settings, writing
from workspace.web.searching import stated_calibrations
from workspace.web.thresholds import OperationThresholds, operation_thresholds

api = APIBlueprint("thresholds", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operations")])


class ThresholdPath(OperationPath):
    """A threshold of an operation."""

    threshold_id: UUID


class ThresholdBody(ReasonBody):
    """A calibration of the pack in use, by the SHA-256 under which its manifest states it, and why it is taken over."""

    calibration: str = Field(pattern=r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class ProposedThreshold:
    """The proposal, by which it is confirmed."""

    id: UUID


@api.get("/operations/<int:operation_id>/thresholds")
def thresholds(path: OperationPath) -> OperationThresholds:
    """The thresholds of an operation with what is known of their errors."""
    return operation_thresholds(path.operation_id)


@api.post("/operations/<int:operation_id>/thresholds")
def propose_threshold(path: OperationPath, body: ThresholdBody) -> tuple[ProposedThreshold, Literal[201]]:
    """Propose to take a calibration over; nothing changes before another country confirms it."""
    stated = {each.sha256: each for each in stated_calibrations(current_settings().pack_dir)}
    with writing() as tx:
        made = commands.propose_threshold(tx, path.operation_id, stated.get(body.calibration), reason=body.reason)
    return ProposedThreshold(made), 201


@api.post("/operations/<int:operation_id>/thresholds/<uuid:threshold_id>/confirm")
def confirm_threshold(path: ThresholdPath) -> None:
    """Put a proposed threshold in force, as somebody of another country."""
    with writing() as tx:
        commands.confirm_threshold(tx, path.operation_id, path.threshold_id)
