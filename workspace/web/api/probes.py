"""REST: pictures that people bring to search with. One is sealed, read by a worker, and erased when its hour is
over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import Field

from workspace.commands import probes as commands
from workspace.commands.searches import Reason
from workspace.errors import Fault, Invalid
from workspace.intake.uploads import Part, sealed_upload
from workspace.queries.probes import ProbePicture, probe_picture
from workspace.rules.codes import SearchPurpose
from workspace.web.access_rules import LARGE_BODIES
from workspace.web.bodies import Form, OperationPath, ThingPath
from workspace.web.context import media_store, operation_key, reading, writing

api = APIBlueprint("probes", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="searches")])

PROBE_BYTES = 64 << 20
"""A photo of any camera."""

LARGE_BODIES.update({"api_probes.bring_probe": PROBE_BYTES})


class ProbeForm(Form):
    """A picture to search with, and why: without purpose, legal basis and case reference nothing is stored."""

    purpose: SearchPurpose
    legal_basis: str = Field(min_length=1, max_length=500)
    case_reference: str = Field(min_length=1, max_length=200)
    file: FileStorage


@dataclass(frozen=True)
class BroughtProbe:
    """The picture that waits to be read."""

    probe: UUID


@api.post("/operations/<int:operation_id>/probes")
def bring_probe(path: OperationPath, form: ProbeForm) -> tuple[BroughtProbe, Literal[202]]:
    """Bring a picture to search with its faces; it is kept for an hour at most, and nobody else sees it."""
    reason = Reason(form.purpose, form.legal_basis, form.case_reference)
    with writing(is_check=True) as tx:
        commands.require_bringing(tx, path.operation_id, reason)
        key = operation_key(tx.session, path.operation_id)
    if form.file.stream.seek(0, 2) == 0:
        raise Invalid("This file is empty. Choose a picture.", faults=[Fault("file", "empty")])
    with sealed_upload([Part("", form.file.stream)], store=media_store(), key=key) as address, writing() as tx:
        probe_id = commands.bring_probe(tx, path.operation_id, reason, address=address)
    return BroughtProbe(probe_id), 202


@api.get("/probes/<uuid:thing_id>")
def probe(path: ThingPath) -> ProbePicture:
    """Answer how far a picture is that one brought, and its faces: with each can be searched."""
    with reading() as view:
        return probe_picture(view.session, path.thing_id)


@api.delete("/probes/<uuid:thing_id>")
def end_probe(path: ThingPath) -> None:
    """Have a picture that one brought erased now; its lists can no longer be looked at."""
    with writing() as tx:
        commands.end_probe(tx, path.thing_id)
