"""Directing an exercise: pace, seats, injections and the end of its secrecy; and who acts, on every event."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands import exercise
from workspace.commands.assessments import assess_lead
from workspace.commands.claims import claim_lead
from workspace.commands.identity import start_session
from workspace.commands.operations import change_operation_settings
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Event, Exercise, ExerciseInjection, ExerciseSeat, Operation
from workspace.model.database import Database
from workspace.queries.exercise import restart_asked


@pytest.fixture
def played(operation: TestOperation, workers_database: Database) -> TestOperation:
    """An exercise in which a partner plays the first specialist of EC."""
    with workers_database.write(operation.service_id) as tx:
        exercise.begin_exercise(
            tx, operation.id, seed=2611, scenario="lantern", partners=[operation.person("EC", "specialist")]
        )
    return operation


def director(operation: TestOperation) -> int:
    return operation.person("EC", "director")


def test_the_director_changes_pace_pauses_and_steps(played: TestOperation, database: Database) -> None:
    with database.write(director(played)) as tx:
        exercise.change_pace(tx, played.id, pace=60)
        exercise.change_pace(tx, played.id, pace=60)
        exercise.pause_exercise(tx, played.id, is_paused=True)
        exercise.pause_exercise(tx, played.id, is_paused=False)
        exercise.step_exercise(tx, played.id)

    row = played.row(Exercise, played.id)
    assert (row.pace, row.is_paused, row.steps) == (60, True, 1)
    assert played.kinds()[-4:] == ["exercise:paced", "exercise:paused", "exercise:resumed", "exercise:stepped"]


@pytest.mark.parametrize("role", ["operation_lead", "country_lead", "specialist", "observer", "administrator"])
def test_nobody_else_directs(played: TestOperation, database: Database, role: str) -> None:
    before = played.kinds()

    with database.write(played.person("PE", role)) as tx:
        for act in (
            lambda: exercise.change_pace(tx, played.id, pace=1),
            lambda: exercise.step_exercise(tx, played.id),
            lambda: exercise.pass_seat(tx, played.id, user_id=tx.actor.id, to="partner"),
            lambda: exercise.inject(tx, played.id, kind="line_cut"),
            lambda: exercise.restart_exercise(tx, played.id),
            lambda: exercise.reveal_truth(tx, played.id, reason="I want to know."),
        ):
            with pytest.raises(Forbidden):
                act()

    assert played.kinds() == before


def test_a_real_operation_is_not_played(operation: TestOperation, workers_database: Database) -> None:
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)

    with pytest.raises(Invalid), workers_database.write(operation.service_id) as tx:
        exercise.begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[])


def test_an_operation_that_was_not_begun_as_an_exercise_has_nothing_to_direct(
    operation: TestOperation, database: Database
) -> None:
    with pytest.raises(NotFound), database.write(director(operation)) as tx:
        exercise.change_pace(tx, operation.id, pace=1)


def test_a_seat_passes_to_a_person_and_back(played: TestOperation, database: Database) -> None:
    seat = played.person("EC", "specialist")

    with database.write(director(played)) as tx:
        exercise.pass_seat(tx, played.id, user_id=seat, to="person")
    assert played.row(ExerciseSeat, (played.id, seat)).played_by == "person"

    with database.write(director(played)) as tx:
        exercise.pass_seat(tx, played.id, user_id=seat, to="partner")
        with pytest.raises(Invalid):
            exercise.pass_seat(tx, played.id, user_id=tx.actor.id, to="partner")
        with pytest.raises(NotFound):
            exercise.pass_seat(tx, played.id, user_id=played.outsider(), to="partner")
    assert played.row(ExerciseSeat, (played.id, seat)).played_by == "partner"
    assert played.kinds()[-2:] == ["exercise:seat_passed"] * 2


def test_whoever_signs_in_takes_the_seat_once(played: TestOperation, database: Database) -> None:
    seat = played.person("EC", "specialist")

    for _ in range(2):
        with database.write(seat) as tx:
            exercise.take_seat(tx, played.id)

    assert played.row(ExerciseSeat, (played.id, seat)).played_by == "person"
    assert played.kinds().count("exercise:seat_passed") == 1


def test_an_injection_waits_until_it_lands_once_and_the_room_reads_nothing_of_it(
    played: TestOperation, database: Database, workers_database: Database
) -> None:
    with database.write(director(played)) as tx:
        injection = exercise.inject(tx, played.id, kind="line_cut")
    with workers_database.write(played.service_id) as tx:
        exercise.land_injection(tx, injection)
    with pytest.raises(NotFound), workers_database.write(played.service_id) as tx:
        exercise.land_injection(tx, injection)

    assert played.row(ExerciseInjection, injection).landed_at is not None
    assert played.row(Exercise, played.id).line_cut_until is not None
    with database.read(played.person("PE")) as view:
        kinds = set(view.session.scalars(text("select kind from event where operation_id = :id"), {"id": played.id}))
    assert not {kind for kind in kinds if "inject" in kind}


def test_opening_the_debrief_early_ends_the_exercise(played: TestOperation, database: Database) -> None:
    with database.write(director(played)) as tx:
        exercise.reveal_truth(tx, played.id, reason="The time is over.")
    with pytest.raises(Conflict), database.write(director(played)) as tx:
        exercise.reveal_truth(tx, played.id, reason="Again.")

    assert played.row(Operation, played.id).state == "closed"
    assert played.kinds()[-3:] == ["operation:state_changed"] * 2 + ["exercise:revealed"]


def test_beginning_again_ends_the_exercise_once_and_keeps_the_truth_sealed(
    played: TestOperation, database: Database, workers_database: Database
) -> None:
    with pytest.raises(Conflict), workers_database.write(played.service_id) as tx:
        exercise.note_restarted(tx, played.id, as_operation=played.id)
    with database.write(director(played)) as tx:
        exercise.restart_exercise(tx, played.id)
    with pytest.raises(Conflict), database.write(director(played)) as tx:
        exercise.restart_exercise(tx, played.id)
    with workers_database.read(played.service_id) as view:
        assert restart_asked(view.session) == played.id
    with workers_database.write(played.service_id) as tx:
        exercise.note_restarted(tx, played.id, as_operation=played.id)

    with workers_database.read(played.service_id) as view:
        assert restart_asked(view.session) != played.id
    row = played.row(Exercise, played.id)
    assert (played.row(Operation, played.id).state, row.revealed_at, row.restarted_as) == ("closed", None, played.id)
    assert played.kinds()[-4:] == [
        *["operation:state_changed"] * 2,
        "exercise:restart_asked",
        "exercise:restarted",
    ]


def test_nobody_who_takes_part_can_read_the_seed(played: TestOperation, database: Database) -> None:
    """It decides the partners' errors: with it one would know which of their opinions are wrong."""
    with database.read(director(played)) as view, pytest.raises(DBAPIError, match="permission denied"):
        view.session.execute(text("select seed from exercise"))
    for role in ("director", "observer", "operation_lead", "country_lead", "specialist"):
        with database.read(played.person("EC", role)) as view:
            events = view.session.execute(
                select(Event.payload, Event.body).where(Event.operation_id == played.id)
            ).all()
        assert [row.payload for row in events if "seed" in row.payload or "seed" in row.body] == []


def test_an_exercise_may_have_claims_of_seconds(played: TestOperation, database: Database) -> None:
    lead = played.person("EC", "operation_lead")

    with database.write(lead) as tx:
        change_operation_settings(tx, played.id, lease_s=5)
    with pytest.raises(Invalid), database.write(lead) as tx:
        change_operation_settings(tx, played.id, lease_s=4)
    with pytest.raises(DBAPIError):
        played.change("update operation set is_exercise = false where id = :id", id=played.id)


def test_every_event_and_opinion_says_who_plays(played: TestOperation, database: Database) -> None:
    lead, seat = played.lead(), played.person("EC", "specialist")

    with database.write(seat, played_by="partner") as tx:
        token = claim_lead(tx, lead)
        look(played.workers, lead, seat)
        assess_lead(tx, lead, token=token, opinion=1, reason="The same ears.", **WHOLE)
    with pytest.raises(Conflict), database.write(played.person("PE")) as tx:
        claim_lead(tx, lead)

    with database.read(played.person("EC", "observer")) as view:
        rows = view.session.execute(
            text("select kind, played_by, body from event where operation_id = :id and lead_id = :lead order by seq"),
            {"id": played.id, "lead": lead},
        ).all()
    assert {(row.kind, row.played_by) for row in rows} >= {
        ("lead:claimed", "partner"),
        ("assessment:signed", "partner"),
    }
    assert {json.loads(row.body)["played_by"] for row in rows} == {row.played_by for row in rows}


def test_a_partner_has_no_session_but_by_a_link_of_the_exercise(played: TestOperation, database: Database) -> None:
    with pytest.raises(DBAPIError), database.write(played.person("EC")) as tx:
        start_session(tx, how="passkey", played_by="partner")


def test_the_director_reads_acts_without_their_content_and_nobody_else_does(
    played: TestOperation, database: Database
) -> None:
    with database.write(played.person("PE")) as tx:
        claim_lead(tx, played.lead())
    asked = text("select kind from exercise_acts(:id, null, 50)")

    with database.read(director(played)) as view:
        assert "lead:claimed" in view.session.scalars(asked, {"id": played.id}).all()
        assert view.session.execute(text("select count(*) from lead")).scalar_one() == 0
        assert view.session.execute(text("select count(*) from assessment")).scalar_one() == 0
    with database.read(played.person("PE", "operation_lead")) as view:
        assert view.session.scalars(asked, {"id": played.id}).all() == []
