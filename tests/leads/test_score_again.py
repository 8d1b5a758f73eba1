"""A score is computed anew from the stored faces, for whoever may see it, and never told to anybody else."""

from __future__ import annotations

import pytest

from tests.support.operation import Side, TestOperation
from tests.web.test_search import pair
from workspace.model.database import Database
from workspace.queries.lead_opinions import ScoreAgain, score_again


def test_the_stored_faces_give_the_score_again_or_why_they_cannot(operation: TestOperation, database: Database) -> None:
    lead, probe, candidate = pair(operation, 0.7)
    examiner = operation.person("EC")

    def again() -> ScoreAgain | None:
        with database.read(examiner) as view:
            return score_again(view.session, lead)

    def put(what: str, **values: object) -> None:
        operation.change(what, **values)

    put("update lead set score = 0.7 where id = :id", id=lead)
    assert again() is None  # withheld: neither the score nor whether it is the same
    put("update lead set stage = 'verified' where id = :id", id=lead)
    assert again() == ScoreAgain(0.0, None)

    put("update lead set score = 0.75 where id = :id", id=lead)
    found = again()
    assert found is not None
    assert found.difference == pytest.approx(-0.05, abs=2e-3)
    put("update face set model_digest = :other where id = :id", other="1" * 64, id=candidate)
    assert again() == ScoreAgain(None, "other_recogniser")
    put("update face set embedding = null where id = :id", id=probe)
    assert again() == ScoreAgain(None, "not_compared")
    put("update lead_evidence set face_id = null where face_id = :id", id=probe)
    assert again() == ScoreAgain(None, "face_gone")


def test_a_closed_side_is_not_looked_into(operation: TestOperation, database: Database) -> None:
    lead, _, _ = pair(operation, 0.7, "EC", Side("PE", "agency"), stage="verified")

    with database.read(operation.person("EC")) as view:
        found = score_again(view.session, lead)

    assert found in (None, ScoreAgain(None, "side_closed"))
