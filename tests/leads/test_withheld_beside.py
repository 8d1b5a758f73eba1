"""What a lead withholds beside a face is found by sketches of vectors: the same as by all vectors, however they change."""

from __future__ import annotations

import random
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from workspace.model.database import Database

BY_ALL_VECTORS = text("""
with own as (
  select e.lead_id, e.side from face f join lead_evidence e on e.person_id = f.person_id where f.id = :face
  union
  select e.lead_id, e.side from face f join lead_evidence e on e.operation_id = f.operation_id join face w on w.id = e.face_id
  where f.id = :face and case when w.model_digest = f.model_digest then w.embedding <=> f.embedding <= one_photograph() end)
select o.face_id, o.person_id from own join lead_evidence o on o.lead_id = own.lead_id and o.side <> own.side
where o.face_id is not null and not score_is_open(o.lead_id)
""")
BY_SKETCHES = text("select face_id, person_id from withheld_beside(:face)")
DISTANCES = (0.0, 0.01, 0.0195, 0.0199, 0.0201, 0.0205, 0.03, 0.3)
"""By their cosine, around that of copies of one photograph, 0.02."""
LEADS = 14


def vector_at(base: np.ndarray, distance: float, chance: np.random.Generator) -> str:
    """A vector at this distance from another, of any length, as the database writes it."""
    other = chance.normal(size=len(base))
    other -= base * float(other @ base) / float(base @ base)
    other *= np.linalg.norm(base) / np.linalg.norm(other)
    turned = (1 - distance) * base + np.sqrt(1 - (1 - distance) ** 2) * other
    return "[" + ",".join(f"{each:.6f}" for each in turned * chance.uniform(0.5, 3)) + "]"


def vectors(operation: TestOperation, seed: int, dimension: int) -> None:
    """Give each face of a lead's side a vector near one of three."""
    chance, draw = np.random.default_rng(seed), random.Random(seed)
    bases = [chance.normal(size=dimension) for _ in range(3)]
    for row in faces(operation):
        near = vector_at(draw.choice(bases), draw.choice(DISTANCES), chance)
        value = None if draw.random() < 0.1 else near
        operation.change("update face set embedding = cast(:v as halfvec) where id = :id", v=value, id=row)


def faces(operation: TestOperation) -> list[UUID]:
    with operation.workers.read(operation.service_id) as view:
        sql = text("select face_id from lead_evidence where operation_id = :id and face_id is not null order by id")
        return list(view.session.scalars(sql, {"id": operation.id}))


def some_leads(operation: TestOperation, seed: int) -> None:
    """Leads between three countries, some about closed material, some decided, some about one person."""
    draw = random.Random(seed)
    for _ in range(LEADS):
        one, other = draw.sample(["EC", "PE", "CL"], 2)
        decided = {"stage": "verified"} if draw.random() < 0.3 else {}
        sharing = "agency" if draw.random() < 0.3 else "operation"
        operation.lead(Side(one, sharing=sharing), Side(other), **decided)
    operation.change(
        "update lead_evidence e set person_id = o.person_id from lead_evidence o where e.operation_id = :id "
        "and o.operation_id = :id and o.compartment_id = e.compartment_id and hashtext(e.id::text || :seed) % 3 = 0",
        id=operation.id,
        seed=str(seed),
    )
    operation.let_faces_follow()


@pytest.mark.parametrize(("seed", "dimension"), [(1, 128), (2, 512), (3, 33), (4, 16), (5, 128), (6, 512)])
def test_what_is_withheld_beside_a_face_is_that_of_all_vectors(
    operation: TestOperation, database: Database, seed: int, dimension: int
) -> None:
    some_leads(operation, seed)
    found = 0
    for round_ in range(3):  # described, described anew, and some of them erased
        vectors(operation, seed * 10 + round_, dimension)
        if round_ == 2:
            operation.change(
                "update face set embedding = null where operation_id = :id and hashtext(id::text) % 2 = 0",
                id=operation.id,
            )
        for country in ("EC", "PE", "CL"):
            with database.read(operation.person(country, "specialist")) as view:
                for face in faces(operation):
                    by_all, by_sketches = (
                        {tuple(row) for row in view.session.execute(sql, {"face": face})}
                        for sql in (BY_ALL_VECTORS, BY_SKETCHES)
                    )
                    assert by_sketches == by_all
                    found += len(by_all)
    assert found > 0
    left = text(
        "select count(*) from lead_evidence e left join face f on f.id = e.face_id where e.operation_id = :id "
        "and e.sketch is not null and f.embedding is null"
    )
    with operation.workers.read(operation.service_id) as view:
        assert view.session.execute(left, {"id": operation.id}).scalar_one() == 0  # nothing of an erased vector stays
