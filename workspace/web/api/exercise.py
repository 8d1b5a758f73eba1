"""REST: what the director of an exercise sees and does. For everybody else, and in real operations, there is nothing
here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import exercise as commands
from workspace.model.database import Tx
from workspace.queries import directing as queries
from workspace.queries.directing import HowPlayed, Injection, Seat
from workspace.rules.exercise import InjectionKind, PlayedBy
from workspace.web.bodies import MOST_BIG_INTEGER, Body, OperationPath, Query, ReasonBody
from workspace.web.context import reading, require_fresh, writing
from workspace.web.director_words import PossibleInjection, WordedAct, possible_injections, worded_acts

api = APIBlueprint("exercise", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="exercise")])


class PaceBody(Body):
    """How much faster than true time partners act and referrals fall due."""

    pace: Literal[1, 5, 20, 60]


class PassSeatBody(Body):
    """Whose seat goes to a person, or to a partner."""

    user_id: int = Field(ge=1)
    to: PlayedBy


class InjectionBody(Body):
    """What happens, and in how many minutes of true time."""

    kind: InjectionKind
    in_minutes: int = Field(0, ge=0, le=24 * 60)


class ActsQuery(Query):
    """Before which event."""

    before: int | None = Field(None, ge=1, le=MOST_BIG_INTEGER)


@dataclass(frozen=True)
class DirectedExercise:
    """The exercise as its director sees it: no opinion, no score, nothing of the truth."""

    how: HowPlayed
    seats: list[Seat]
    injections: list[Injection]
    possible_injections: list[PossibleInjection]
    acts: list[WordedAct]


@dataclass(frozen=True)
class NewInjection:
    """What was put into the week."""

    injection: UUID


@api.get("/operations/<int:operation_id>/exercise")
def directed_exercise(path: OperationPath) -> DirectedExercise:
    """Answer how the exercise is played, by whom, what was put into it, and the last acts without their content."""
    with reading() as view:
        return DirectedExercise(
            how=queries.how_played(view.session, path.operation_id),
            seats=queries.seats(view.session, path.operation_id),
            injections=queries.injections(view.session, path.operation_id),
            possible_injections=possible_injections(),
            acts=worded_acts(queries.acts(view.session, path.operation_id)),
        )


@api.get("/operations/<int:operation_id>/exercise/acts")
def acts(path: OperationPath, query: ActsQuery) -> list[WordedAct]:
    """Answer earlier acts without their content, newest first."""
    with reading() as view:
        queries.how_played(view.session, path.operation_id)
        return worded_acts(queries.acts(view.session, path.operation_id, before=query.before))


@api.post("/operations/<int:operation_id>/exercise/pace")
def change_pace(path: OperationPath, body: PaceBody) -> None:
    """Have partners act, and referrals fall due, so much faster than true time."""
    with _directing(path.operation_id) as tx:
        commands.change_pace(tx, path.operation_id, pace=body.pace)


@api.post("/operations/<int:operation_id>/exercise/pause")
def pause(path: OperationPath) -> None:
    """Have the partners rest."""
    with _directing(path.operation_id) as tx:
        commands.pause_exercise(tx, path.operation_id, is_paused=True)


@api.post("/operations/<int:operation_id>/exercise/resume")
def resume(path: OperationPath) -> None:
    """Have the partners go on."""
    with _directing(path.operation_id) as tx:
        commands.pause_exercise(tx, path.operation_id, is_paused=False)


@api.post("/operations/<int:operation_id>/exercise/step")
def step(path: OperationPath) -> None:
    """Pause, and have each partner at work act once."""
    with _directing(path.operation_id) as tx:
        commands.step_exercise(tx, path.operation_id)


@api.post("/operations/<int:operation_id>/exercise/seats")
def pass_seat(path: OperationPath, body: PassSeatBody) -> None:
    """Give a member's seat to a person, or back to a partner, as it stands."""
    with _directing(path.operation_id) as tx:
        commands.pass_seat(tx, path.operation_id, user_id=body.user_id, to=body.to)


@api.post("/operations/<int:operation_id>/exercise/injections")
def inject(path: OperationPath, body: InjectionBody) -> NewInjection:
    """Put something into the week, now or in some minutes of true time."""
    with _directing(path.operation_id) as tx:
        return NewInjection(commands.inject(tx, path.operation_id, kind=body.kind, in_minutes=body.in_minutes))


@api.post("/operations/<int:operation_id>/exercise/reveal")
def reveal_truth(path: OperationPath, body: ReasonBody) -> None:
    """Open the debrief to all members, with a reason that they read. It ends the exercise; asks for a fresh passkey
    where there is one."""
    with _directing(path.operation_id) as tx:
        require_fresh()
        commands.reveal_truth(tx, path.operation_id, reason=body.reason)


@api.post("/operations/<int:operation_id>/exercise/restart")
def restart(path: OperationPath) -> None:
    """End the exercise, and have the demonstration begin a new one of the same scenario and seed."""
    with _directing(path.operation_id) as tx:
        commands.restart_exercise(tx, path.operation_id)


@contextmanager
def _directing(operation_id: int) -> Iterator[Tx]:
    """A write of somebody who directs this exercise. Raises: NotFound."""
    with writing() as tx:
        queries.how_played(tx.session, operation_id)
        yield tx
