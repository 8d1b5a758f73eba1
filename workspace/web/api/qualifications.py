"""REST: what examiners were trained for. No token keeps a record: it decides who may give an opinion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import qualifications as commands
from workspace.queries import operations
from workspace.queries import qualifications as queries
from workspace.queries.qualifications import QualifiedMember
from workspace.rules.qualifications import Competence
from workspace.web.bodies import Body, OperationPath
from workspace.web.context import reading, writing

api = APIBlueprint("qualifications", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="qualifications")])

MOST_TITLE = 200


class QualificationBody(Body):
    """A training, who gave it, and from which day to which it counts."""

    competence: Competence
    title: str = Field(min_length=1, max_length=MOST_TITLE)
    issuer: str = Field(min_length=1, max_length=MOST_TITLE)
    valid_from: date
    valid_until: date


class QualifiedPath(OperationPath):
    """A member of an operation."""

    user_id: int = Field(ge=1)


class QualificationPath(OperationPath):
    """A record of an operation."""

    qualification_id: UUID


@dataclass(frozen=True)
class RecordedQualification:
    """The record's id."""

    qualification: UUID


@api.get("/operations/<int:operation_id>/qualifications")
def qualifications(path: OperationPath) -> list[QualifiedMember]:
    """The examiners and what they were trained for."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.qualifications(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/members/<int:user_id>/qualifications")
def record_qualification(path: QualifiedPath, body: QualificationBody) -> RecordedQualification:
    """Record what an examiner was trained for; nobody does it for themselves."""
    with writing() as tx:
        made = commands.record_qualification(tx, path.operation_id, path.user_id, **body.model_dump())
    return RecordedQualification(made)


@api.delete("/operations/<int:operation_id>/qualifications/<uuid:qualification_id>")
def end_qualification(path: QualificationPath) -> None:
    """End a record before its last day; opinions of the past stand."""
    with writing() as tx:
        commands.end_qualification(tx, path.operation_id, path.qualification_id)
