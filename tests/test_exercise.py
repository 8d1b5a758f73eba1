"""Which exercise a second `make demo` goes on with: one that can be worked on, else a new one is made."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from tests.support.operation import TestOperation
from workspace.cli.again import Again
from workspace.cli.recipe import Recipe, keep_recipe
from workspace.commands.exercise import begin_exercise, restart_exercise, write_truth
from workspace.model.database import Database
from workspace.queries.exercise import exercise_operation


def found(operation: TestOperation) -> int | None:
    with operation.workers.read(operation.service_id) as view:
        return exercise_operation(view.session)


def test_an_exercise_is_gone_on_with_once_all_its_devices_are_in_and_while_it_lasts(operation: TestOperation) -> None:
    operation.lead("EC", "PE")  # a device a side
    here = {"id": operation.id}

    assert found(operation) != operation.id, "an intake that was stopped"
    operation.change("update exhibit set intake_ended_at = now() where operation_id = :id", **here)
    assert found(operation) == operation.id
    operation.change("update operation set closes_at = now() + interval '50 minutes' where id = :id", **here)
    assert found(operation) != operation.id, "its days are over"
    operation.change(
        "update operation set closes_at = now() + interval '2 days', state = 'closing' where id = :id", **here
    )
    assert found(operation) != operation.id, "closed by its lead"


def test_an_exercise_is_not_gone_on_with_while_a_device_on_which_somebody_is_shown_is_missing(
    operation: TestOperation,
) -> None:
    operation.lead("EC", "PE")
    operation.change("update exhibit set intake_ended_at = now() where operation_id = :id", id=operation.id)
    with operation.workers.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[])
        write_truth(tx, operation.id, lives_in={"P-01": "EC"}, shown=[("EC-D-999", "DCIM/1.jpg", "P-01")], entries={})

    assert found(operation) != operation.id
    operation.change(
        "update exhibit set label = 'EC-D-999' where operation_id = :id and country = 'EC'", id=operation.id
    )
    assert found(operation) == operation.id


def test_an_exercise_whose_record_an_earlier_version_began_is_left_and_a_new_one_is_made(
    operation: TestOperation, connection: Connection
) -> None:
    operation.lead("EC", "PE")
    operation.change("update exhibit set intake_ended_at = now() where operation_id = :id", id=operation.id)
    assert found(operation) == operation.id

    connection.execute(
        text(
            "insert into event (operation_id, seq, version, at, kind, actor_id, locks, payload, body, hash) "
            "values (:id, 999, 1, now(), 'lead:claimed', :who, '{}', '{}', '', '')"
        ),
        {"id": operation.id, "who": operation.service_id},
    )
    connection.commit()

    assert found(operation) != operation.id


def test_an_exercise_that_is_to_begin_again_is_made_of_the_same_unless_a_newer_one_can_be_worked_on(
    operation: TestOperation, database: Database, tmp_path: Path
) -> None:
    again = Again(operation.workers, operation.service_id, tmp_path)
    with operation.workers.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=7, scenario="closed_material", partners=[])
    assert not again.is_asked(operation.id)
    with database.write(operation.person("EC", "director")) as tx:
        restart_exercise(tx, operation.id)
    again.looks_at = 0.0

    assert again.is_asked(operation.id)
    assert not again.is_asked(operation.id), "it looks once in some seconds"
    assert again.found() == (None, operation.id)
    assert again.recipe(operation.id) is None, "an earlier version made it"
    recipe = Recipe(20, 2, countries=("BR", "AR"), seed=7, scenario="closed_material")
    keep_recipe(tmp_path, operation.id, recipe)
    assert again.recipe(operation.id) == recipe
    keep_recipe(tmp_path, operation.id, Recipe(pictures=str(tmp_path / "gone"), truth=str(tmp_path / "gone.csv")))
    assert again.recipe(operation.id) is None, "its pictures are not there any more"
