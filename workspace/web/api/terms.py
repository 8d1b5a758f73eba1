"""REST: the window of an operation and what each country accepts."""

from __future__ import annotations

from datetime import datetime

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import consents as consent_commands
from workspace.commands import window as commands
from workspace.queries import operations
from workspace.queries import terms as queries
from workspace.queries.terms import ConsentRow, OperationWindow
from workspace.web.bodies import MOST_TEXT, Body, OperationPath
from workspace.web.context import reading, writing
from workspace.web.times import placed

api = APIBlueprint("terms", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="terms")])


class WindowBody(Body):
    """A new end of the window. A time without an offset is meant in the operation's time zone."""

    closes_at: datetime
    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one visible character.")


class ConsentsBody(Body):
    """The consents of one's country; what is left out stays."""

    face_recognition: bool | None = None
    shares_known_count: bool | None = None


class AcceptedWindowBody(Body):
    """The end that is accepted, as it was read."""

    until: datetime


@api.get("/operations/<int:operation_id>/window")
def window(path: OperationPath) -> OperationWindow:
    """The window, how it was moved and why, and up to which end each country accepted it."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.operation_window(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/window")
def move_window(path: OperationPath, body: WindowBody) -> None:
    """Move the end of the window: shorter holds at once, longer only for the countries that accept it."""
    with writing() as tx:
        zone = operations.operation(tx.session, path.operation_id).time_zone
        commands.move_window(tx, path.operation_id, closes_at=placed(body.closes_at, zone), reason=body.reason)


@api.post("/operations/<int:operation_id>/window/accept")
def accept_window(path: OperationPath, body: AcceptedWindowBody) -> None:
    """Accept the longer window for one's country, whose shared material then stays open to the others until its end."""
    with writing() as tx:
        zone = operations.operation(tx.session, path.operation_id).time_zone
        commands.accept_window(tx, path.operation_id, until=placed(body.until, zone))


@api.get("/operations/<int:operation_id>/consents")
def consents(path: OperationPath) -> list[ConsentRow]:
    """What the countries have accepted, consented to and taken back, with its dates, the newest first."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.consents(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/consents")
def change_consents(path: OperationPath, body: ConsentsBody) -> None:
    """Change the consents of one's country. Without the comparison of faces its vectors are erased at once."""
    with writing() as tx:
        consent_commands.change_consents(tx, path.operation_id, **body.model_dump())
