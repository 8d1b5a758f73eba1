"""The exercise as a living week: how it is played, what its director puts into it, and the end of its secrecy.

Exercises alone: each command fails with NotFound where an operation is none. The truth of the material is written here,
by a service user, and read by no command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.identity import end_partner_sessions
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.events import OBSERVERS_ONLY, Place
from workspace.model import (
    Debrief,
    DebriefOpinion,
    Exercise,
    ExerciseEntry,
    ExerciseIdentity,
    ExerciseInjection,
    ExerciseSeat,
    ExerciseShown,
    Membership,
    Operation,
)
from workspace.model.database import Tx
from workspace.model.jobs import want
from workspace.rules.exercise import INJECTIONS, LINE_CUT_S, PACES, PLAYED_BY
from workspace.rules.reasons import require_reason, words_of
from workspace.rules.roles import DIRECTOR
from workspace.rules.states import NEXT_STATE


def begin_exercise(tx: Tx, operation_id: int, *, seed: int, scenario: str, partners: Iterable[int]) -> None:
    """Have an exercise played: by partners in these seats, by people in the others.

    Asks `play_exercise`; records `exercise:begun`. partners: user ids of members. seed: it decides the partners'
    errors, so that no event holds it and no member can read it before the debrief says it.

    Raises:
        Invalid: this is a real operation.
        Conflict: it was begun before.
    """
    operation = require_operation(tx, "play_exercise", operation_id)
    if not operation.is_exercise:
        raise Invalid("A real operation is not played.", faults=[Fault("operation", "an exercise")])
    exercise = insert_or_change(Exercise).values(operation_id=operation_id, seed=seed, scenario=scenario)
    tx.change_one(
        exercise.on_conflict_do_nothing().returning(Exercise.operation_id),
        otherwise=Conflict("This exercise was begun before."),
    )
    seats = [{"operation_id": operation_id, "user_id": user_id, "played_by": "partner"} for user_id in partners]
    if seats:
        tx.session.execute(insert(ExerciseSeat), seats)
    tx.record(events.ExerciseBegun(Place(operation_id)))


def write_truth(
    tx: Tx,
    operation_id: int,
    *,
    lives_in: Mapping[str, str],
    shown: Iterable[tuple[str, str, str]],
    entries: Mapping[str, str],
) -> None:
    """Write down who is shown where, once. Asks `play_exercise`; records nothing: the truth is no act.

    lives_in: country by identity, a label. shown: (exhibit's label, path on the device, identity). entries: identity by
    the number of a register's entry.

    Raises:
        NotFound: the exercise was not begun.
    """
    require_operation(tx, "play_exercise", operation_id)
    if tx.session.get(Exercise, operation_id) is None:
        raise NotFound("There is no such exercise.")
    identities = [{"operation_id": operation_id, "identity": who, "lives_in": where} for who, where in lives_in.items()]
    files = [
        {"operation_id": operation_id, "exhibit_label": label, "device_path": path, "identity": who}
        for label, path, who in shown
    ]
    numbers = [{"operation_id": operation_id, "number": number, "identity": who} for number, who in entries.items()]
    for table, rows in ((ExerciseIdentity, identities), (ExerciseShown, files), (ExerciseEntry, numbers)):
        if rows:
            tx.session.execute(insert(table), rows)


def change_pace(tx: Tx, operation_id: int, *, pace: int) -> None:
    """Have partners act, and referrals fall due, so much faster than true time. Asks `direct_exercise`; records
    `exercise:paced`.

    What is due already keeps its time.

    Raises:
        Invalid: no such pace.
    """
    _require_directed(tx, operation_id)
    if pace not in PACES:
        raise Invalid("This pace is unknown.", faults=[Fault("pace", "one of {known}", known=list(PACES))])
    if tx.change(
        update(Exercise).where(Exercise.operation_id == operation_id, Exercise.pace != pace).values(pace=pace)
    ):
        tx.record(events.ExercisePaced(Place(operation_id), pace=pace))


def pause_exercise(tx: Tx, operation_id: int, *, is_paused: bool) -> None:
    """Have the partners rest, or go on. Asks `direct_exercise`; records `exercise:paused` or `exercise:resumed`."""
    _require_directed(tx, operation_id)
    changed = update(Exercise).where(Exercise.operation_id == operation_id, Exercise.is_paused != is_paused)
    if tx.change(changed.values(is_paused=is_paused)):
        kind = events.ExercisePaused if is_paused else events.ExerciseResumed
        tx.record(kind(Place(operation_id)))


def step_exercise(tx: Tx, operation_id: int) -> None:
    """Pause, and have each partner at work act once. Asks `direct_exercise`; records `exercise:stepped`."""
    _require_directed(tx, operation_id)
    tx.change(
        update(Exercise).where(Exercise.operation_id == operation_id).values(is_paused=True, steps=Exercise.steps + 1)
    )
    tx.record(events.ExerciseStepped(Place(operation_id)))


def pass_seat(tx: Tx, operation_id: int, *, user_id: int, to: str) -> None:
    """Give a member's seat to a person, or back to a partner, as it stands. Asks `direct_exercise`; records
    `exercise:seat_passed`.

    to: "person" or "partner". A director's own seat stays a person's.

    Raises:
        NotFound: no such member.
        Invalid: nobody of this kind plays, or it is the director's seat.
    """
    _require_directed(tx, operation_id)
    _pass_seat(tx, operation_id, user_id, to)


def take_seat(tx: Tx, operation_id: int) -> None:
    """Take one's own seat from the partner who plays it, by signing in. Asks `take_seat`; records
    `exercise:seat_passed`.

    Changes and records nothing where a person plays it already.
    """
    require_operation(tx, "take_seat", operation_id)
    seat = tx.session.get(ExerciseSeat, (operation_id, tx.actor.id))
    if seat is not None and seat.played_by == "partner":
        _pass_seat(tx, operation_id, tx.actor.id, "person")


def take_seats(tx: Tx, operation_ids: Iterable[int]) -> None:
    """Take one's own seats of these exercises from the partners who play them, whose sessions end.

    Asks `take_seat` and `end_session`; records `exercise:seat_passed` and `session:ended`.
    """
    for operation_id in sorted(operation_ids):
        take_seat(tx, operation_id)
    end_partner_sessions(tx)


def inject(tx: Tx, operation_id: int, *, kind: str, in_minutes: int = 0) -> UUID:
    """Put something into the week, now or in some minutes of true time; return its id.

    Asks `direct_exercise`; records `exercise:injected`, which no member reads before the debrief.

    Raises:
        Invalid: no such injection, or later than a day from now.
    """
    _require_directed(tx, operation_id)
    faults = []
    if kind not in INJECTIONS:
        faults.append(Fault("kind", "one of {known}", known=list(INJECTIONS)))
    if not 0 <= in_minutes <= 24 * 60:
        faults.append(Fault("in_minutes", "between {least} and {most}", least=0, most=24 * 60))
    if faults:
        raise Invalid("This cannot be injected.", faults=faults)
    injection_id, due_at = uuid4(), tx.now + timedelta(minutes=in_minutes)
    tx.session.execute(
        insert(ExerciseInjection).values(
            id=injection_id, operation_id=operation_id, kind=kind, asked_by=tx.actor.id, due_at=due_at
        )
    )
    tx.record(events.ExerciseInjected(Place(operation_id, OBSERVERS_ONLY), injection=injection_id, what=kind))
    return injection_id


def land_injection(tx: Tx, injection_id: UUID) -> None:
    """Note that an injection has happened; one that cuts the line does so here.

    Asks `play_exercise`; records `exercise:injection_landed`.

    Raises:
        NotFound: there is no such injection that waits.
    """
    row = tx.find(ExerciseInjection, injection_id, otherwise=NotFound("There is no such injection."))
    require_operation(tx, "play_exercise", row.operation_id)
    tx.change_one(
        update(ExerciseInjection)
        .where(ExerciseInjection.id == injection_id, ExerciseInjection.landed_at.is_(None))
        .values(landed_at=func.now()),
        otherwise=NotFound("There is no such injection."),
    )
    if row.kind == "line_cut":
        until = tx.now + timedelta(seconds=LINE_CUT_S)
        tx.change(update(Exercise).where(Exercise.operation_id == row.operation_id).values(line_cut_until=until))
    tx.record(events.ExerciseInjectionLanded(Place(row.operation_id, OBSERVERS_ONLY), injection=injection_id))


def reveal_truth(tx: Tx, operation_id: int, *, reason: str) -> None:
    """Open the debrief to all members. Before closing this ends the exercise, and there is no way back.

    A worker draws it up, and `record_debrief` freezes it. Asks `reveal_truth`; records `exercise:revealed`, and
    `operation:state_changed` for each step to closed.

    Raises:
        Invalid: the reason says nothing.
        Conflict: it was opened before.
    """
    operation = _require_exercise(tx, "reveal_truth", operation_id, held=True)
    require_reason(reason)
    tx.change_one(
        update(Exercise)
        .where(Exercise.operation_id == operation_id, Exercise.revealed_at.is_(None))
        .values(revealed_at=func.now(), revealed_by=tx.actor.id, reveal_reason=words_of(reason), is_paused=True),
        otherwise=Conflict("The debrief is open already."),
    )
    _close(tx, operation)
    # One per exercise, whose row has no id of this kind.
    want(tx, "draw_up_debrief", UUID(int=operation_id), operation_id)
    tx.record(events.ExerciseRevealed(Place(operation_id)))


def restart_exercise(tx: Tx, operation_id: int) -> None:
    """End the exercise and ask for a new one of the same scenario and seed, which the demonstration begins.

    Asks `restart_exercise`; records `exercise:restart_asked`, and `operation:state_changed` for each step to closed.
    The truth stays sealed.

    Raises:
        Conflict: it was asked for before.
    """
    operation = _require_exercise(tx, "restart_exercise", operation_id, held=True)
    tx.change_one(
        update(Exercise)
        .where(Exercise.operation_id == operation_id, Exercise.restart_asked_at.is_(None))
        .values(restart_asked_at=func.now()),
        otherwise=Conflict("It was asked for already."),
    )
    _close(tx, operation)
    tx.record(events.ExerciseRestartAsked(Place(operation_id)))


def note_restarted(tx: Tx, operation_id: int, *, as_operation: int) -> None:
    """Note which exercise was begun in the place of this one. Asks `play_exercise`; records `exercise:restarted`.

    Raises:
        Conflict: nobody asked for it, or one was begun already.
    """
    _require_exercise(tx, "play_exercise", operation_id)
    tx.change_one(
        update(Exercise)
        .where(
            Exercise.operation_id == operation_id,
            Exercise.restart_asked_at.is_not(None),
            Exercise.restarted_as.is_(None),
        )
        .values(restarted_as=as_operation),
        otherwise=Conflict("Nobody asked to begin this exercise again."),
    )
    tx.record(events.ExerciseRestarted(Place(operation_id), operation=as_operation))


def record_debrief(
    tx: Tx, operation_id: int, *, seq: int, figures: Mapping[str, object], opinions: Iterable[tuple[UUID, int, bool]]
) -> None:
    """Write an exercise's debrief; it never changes again. Asks `play_exercise`; records `debrief:drawn_up` the first
    time.

    figures: as `exchange.debrief_figures.debrief_to_record` gives them, counted up to event `seq`. opinions:
    (assessment, examiner, whether both sides show the same person), which its examiner alone can read.
    """
    require_operation(tx, "play_exercise", operation_id)
    new = tx.session.execute(
        insert_or_change(Debrief)
        .values(operation_id=operation_id, seq=seq, figures=dict(figures))
        .on_conflict_do_nothing()
        .returning(Debrief.operation_id)
    ).one_or_none()
    if new is None:
        return
    rows = [
        {"operation_id": operation_id, "assessment_id": assessment, "examiner_id": examiner, "is_same": is_same}
        for assessment, examiner, is_same in opinions
    ]
    if rows:
        tx.session.execute(insert(DebriefOpinion), rows)
    tx.record(events.DebriefDrawnUp(Place(operation_id)))


def delete_own_debrief(tx: Tx, operation_id: int) -> None:
    """Delete what the debrief says of the actor's own opinions; the figures of all stay. There is no way back.

    Asks `delete_own_debrief`; records `debrief:part_deleted`, without what it was and for observers alone. Changes and
    records nothing where nothing of the actor's own stands.
    """
    _require_exercise(tx, "delete_own_debrief", operation_id)
    own = (DebriefOpinion.operation_id == operation_id, DebriefOpinion.examiner_id == tx.actor.id)
    if tx.change(delete(DebriefOpinion).where(*own)):
        tx.record(events.DebriefPartDeleted(Place(operation_id, OBSERVERS_ONLY)))


def _close(tx: Tx, operation: Operation) -> None:
    """Take an exercise that still runs to closed, step by step, as its lead would."""
    state: str | None = operation.state
    while state in ("prepared", "open", "closing"):
        after = NEXT_STATE[state]
        tx.record(events.OperationStateChanged(Place(operation.id), before=state, after=after))
        state = after
    if state != operation.state:
        tx.change_one(
            update(Operation)
            .where(Operation.id == operation.id, Operation.state == operation.state)
            .values(state=state),
            otherwise=Conflict("Somebody changed the state in this moment; look again."),
        )


def _pass_seat(tx: Tx, operation_id: int, user_id: int, to: str) -> None:
    hold(tx, "members", [operation_id])
    if to not in PLAYED_BY:
        raise Invalid("Nobody of this kind plays.", faults=[Fault("to", "one of {known}", known=list(PLAYED_BY))])
    role = tx.session.scalars(
        select(Membership.role).where(Membership.operation_id == operation_id, Membership.user_id == user_id)
    ).one_or_none()
    if role is None:
        raise NotFound("There is no such member.")
    if role in DIRECTOR and to == "partner":
        raise Invalid("A person directs the exercise.", faults=[Fault("to", "person")])
    seat = tx.session.get(ExerciseSeat, (operation_id, user_id), populate_existing=True)
    if seat is None and to == "partner":
        tx.session.execute(insert(ExerciseSeat).values(operation_id=operation_id, user_id=user_id, played_by=to))
    elif not tx.change(
        update(ExerciseSeat)
        .where(ExerciseSeat.operation_id == operation_id, ExerciseSeat.user_id == user_id, ExerciseSeat.played_by != to)
        .values(played_by=to, changed_at=func.now())
    ):
        return
    tx.record(events.ExerciseSeatPassed(Place(operation_id), user=user_id, to=to))


def _require_directed(tx: Tx, operation_id: int) -> Exercise:
    """The exercise, if the actor directs it. Asks `direct_exercise`."""
    _require_exercise(tx, "direct_exercise", operation_id)
    return tx.session.get_one(Exercise, operation_id)


def _require_exercise(tx: Tx, action: str, operation_id: int, *, held: bool = False) -> Operation:
    operation = require_operation(tx, action, operation_id, held=held)
    if tx.session.get(Exercise, operation_id) is None:
        raise NotFound("There is no such exercise.")
    return operation
