"""REST: the window of an operation and what each country accepts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import consents as consent_commands
from workspace.commands import terms as terms_commands
from workspace.commands import window as commands
from workspace.queries import operations
from workspace.queries import terms as queries
from workspace.queries.terms import AgreedTerms, ConsentRow, OperationWindow
from workspace.web.bodies import COUNTRY, MOST_TEXT, Body, OperationPath
from workspace.web.context import reading, writing
from workspace.web.times import placed

api = APIBlueprint("terms", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="terms")])


class WindowBody(Body):
    """A new end of the window. A time without an offset is meant in the operation's time zone."""

    closes_at: datetime
    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one letter or digit.")


class ConsentsBody(Body):
    """The consents of one's country; what is left out stays."""

    face_recognition: bool | None = None
    shares_known_count: bool | None = None


class AcceptedWindowBody(Body):
    """The end that is accepted, as it was read."""

    until: datetime


class ProposalPath(OperationPath):
    """A proposal to change the terms."""

    proposal_id: UUID


class AnswerBody(Body):
    """The answer of one's country; a no says why."""

    is_yes: bool
    reason: str | None = Field(default=None, max_length=MOST_TEXT)


class OpeningBody(Body):
    """A country that joined later, and whether one's own opens to it."""

    country: str = Field(pattern=COUNTRY)
    is_open: bool


@api.get("/operations/<int:operation_id>/terms/versions")
def agreed_terms(path: OperationPath) -> AgreedTerms:
    """The version of the terms in force, what each changed, the proposals with the countries' answers, and who opens to
    the countries that joined later."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.agreed_terms(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/terms/proposals/<uuid:proposal_id>/answer")
def answer_proposal(path: ProposalPath, body: AnswerBody) -> None:
    """Say yes or no to a proposal for one's country; the last yes puts it in force."""
    with writing() as tx:
        terms_commands.answer_proposal(tx, path.operation_id, path.proposal_id, **body.model_dump())


@api.delete("/operations/<int:operation_id>/terms/proposals/<uuid:proposal_id>")
def withdraw_proposal(path: ProposalPath) -> None:
    """Take a proposal back."""
    with writing() as tx:
        terms_commands.withdraw_proposal(tx, path.operation_id, path.proposal_id)


@api.post("/operations/<int:operation_id>/openings")
def open_to_country(path: OperationPath, body: OpeningBody) -> None:
    """Open what one's country shares to a country that joined later, or close it again."""
    with writing() as tx:
        terms_commands.open_to_country(tx, path.operation_id, body.country, is_open=body.is_open)


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
