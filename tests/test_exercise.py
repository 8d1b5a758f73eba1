"""Which exercise a second `make demo` goes on with: one that can be worked on, else a new one is made."""

from __future__ import annotations

from tests.support.operation import TestOperation
from workspace.queries.exercise import exercise_operation


def found(operation: TestOperation) -> int | None:
    with operation.workers.read(operation.service_id) as view:
        return exercise_operation(view.session, 2)


def test_an_exercise_is_gone_on_with_once_all_its_devices_are_in_and_while_it_lasts(operation: TestOperation) -> None:
    operation.lead("EC", "PE")  # a device a side
    here = {"id": operation.id}

    assert found(operation) != operation.id, "an intake that was stopped"
    operation.change("update exhibit set intake_ended_at = now() where operation_id = :id", **here)
    assert found(operation) == operation.id
    operation.change("update operation set closes_at = now() + interval '50 minutes' where id = :id", **here)
    assert found(operation) != operation.id, "its days are over"
    operation.change("update operation set closes_at = now() + interval '2 days', state = 'closing' where id = :id", **here)
    assert found(operation) != operation.id, "closed by its lead"
