"""REST: proposals of changes to the owner of an item, and the owner's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import proposals as commands
from workspace.commands import proposals_at_once as at_once
from workspace.commands.proposals_at_once import MOST_AT_ONCE, ProposedAtOnce
from workspace.queries import operations
from workspace.queries import proposals as queries
from workspace.queries.proposals import ProposedChanges
from workspace.rules.proposals import ProposalKind
from workspace.web.bodies import Body, OperationPath, ReasonBody, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("proposals", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="material")])


class ChangeBody(Body):
    """A change that is proposed: of a medium, an exhibit or an entry by its id, or of a person by its number. what: the
    word or fact; value: a category's number, an age band, a country, a fact, or how an entry ends; on_day, reference:
    when and by whose paper a child was found; words: the grounds."""

    kind: ProposalKind
    item: UUID | None = None
    person: int | None = Field(default=None, ge=1)
    series: UUID | None = None
    what: str = Field(default="", max_length=20)
    value: str = Field(default="", max_length=200)
    on_day: date | None = None
    reference: str = Field(default="", max_length=200)
    words: str = Field(max_length=2000, description="Why: at least one letter or digit.")


class MediaChangeBody(Body):
    """One change that is proposed of several media: a category of their owner's table (value), or a series."""

    kind: Literal["grade", "series"]
    media: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)
    series: UUID | None = None
    value: str = Field(default="", max_length=20)
    words: str = Field(max_length=2000, description="Why: at least one letter or digit.")


class AnswersBody(Body):
    """Which proposals are accepted, or declined with a reason."""

    proposals: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)
    accept: bool
    reason: str = Field(default="", max_length=2000)


@dataclass(frozen=True)
class Answered:
    """How many proposals were answered or withdrawn."""

    number: int


@dataclass(frozen=True)
class MadeProposal:
    """The proposal, by which it is answered or withdrawn."""

    id: UUID


@api.get("/operations/<int:operation_id>/proposals")
def proposals(path: OperationPath) -> ProposedChanges:
    """The proposals that one's agency made or answers, those that wait first."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.proposals_of(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/proposals")
def propose_change(path: OperationPath, body: ChangeBody) -> tuple[MadeProposal, Literal[201]]:
    """Propose a change of another agency's item to its owner."""
    with writing() as tx:
        made = commands.propose_change(tx, path.operation_id, commands.Wanted(**body.model_dump()))
    return MadeProposal(made), 201


@api.post("/operations/<int:operation_id>/proposals/media")
def propose_for_media(path: OperationPath, body: MediaChangeBody) -> tuple[ProposedAtOnce, Literal[201]]:
    """Propose one change of several media of other agencies, in one press."""
    wanted = commands.Wanted(**body.model_dump(exclude={"media"}))
    with writing() as tx:
        made = at_once.propose_for_media(tx, path.operation_id, body.media, wanted)
    return made, 201


@api.post("/operations/<int:operation_id>/proposals/answers")
def answer_changes(path: OperationPath, body: AnswersBody) -> Answered:
    """Accept or decline several proposals about one's own agency's items: all of them or none."""
    with writing() as tx:
        number = at_once.answer_changes(tx, path.operation_id, body.proposals, accept=body.accept, reason=body.reason)
    return Answered(number)


@api.delete("/proposals/acts/<uuid:thing_id>")
def withdraw_changes(path: ThingPath) -> Answered:
    """Withdraw what one's agency proposed in one press and nobody has answered."""
    with writing() as tx:
        number = at_once.withdraw_changes(tx, path.thing_id)
    return Answered(number)


@api.post("/proposals/<uuid:thing_id>/accept")
def accept_change(path: ThingPath) -> None:
    """Accept a proposal about one's own agency's item: the change is made."""
    with writing() as tx:
        commands.accept_change(tx, path.thing_id)


@api.post("/proposals/<uuid:thing_id>/decline")
def decline_change(path: ThingPath, body: ReasonBody) -> None:
    """Decline a proposal about one's own agency's item, with a reason that who proposed it reads."""
    with writing() as tx:
        commands.decline_change(tx, path.thing_id, reason=body.reason)


@api.delete("/proposals/<uuid:thing_id>")
def withdraw_change(path: ThingPath) -> None:
    """Withdraw a proposal of one's own agency that waits."""
    with writing() as tx:
        commands.withdraw_change(tx, path.thing_id)
