"""A country changes its consent to the comparison of faces: vectors go and come back, decided leads stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workers.housekeeping import do_rare_duties
from workers.reading import read_media
from workspace.commands.consents import change_consents
from workspace.commands.searches import require_probe
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.events import OBSERVERS_ONLY
from workspace.model import Lead
from workspace.model.jobs import Taken
from workspace.queries.intake import intake_report
from workspace.queries.terms import consents


def change(bench: Bench, country: str = "PE", **values: bool) -> None:
    with bench.app.write(bench.operation.person(country, "country_lead")) as tx:
        change_consents(tx, bench.operation.id, **values)


def vectors(bench: Bench) -> dict[object, np.ndarray]:
    rows = bench.rows("select id, embedding::real[] as v from face where operation_id = :operation")
    return {row.id: np.array(row.v) for row in rows if row.v is not None}


def test_off_erases_what_compares_and_keeps_what_was_found_and_decided(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.bring("CL", material.portrait())
    bench.bring("EC", material.portrait("again.jpg", turned_deg=-10))
    bench.work()
    lead = bench.one("select id from lead where operation_id = :operation and countries = '{CL,PE}'").id
    verified = bench.one("select id from lead where operation_id = :operation and countries = '{EC,PE}'").id
    bench.operation.change("update lead set stage = 'verified' where id = :id", id=verified)
    before, seen = vectors(bench), len(bench.operation.kinds())

    change(bench, face_recognition=False)
    bench.work()

    after = vectors(bench)
    faces = bench.rows("select box, person_id from face where operation_id = :operation")
    assert (len(before), len(after), len(faces)) == (3, 2, 3)
    assert all(face.box and face.person_id for face in faces)
    assert bench.one("select count(*) as n from person where operation_id = :operation and centroid is null").n == 1
    rows = {
        row.id: (row.stage, row.basis_ended) for row in bench.rows("select * from lead where operation_id = :operation")
    }
    assert rows[lead] == ("withdrawn", ["comparison_off"])
    assert rows[verified] == ("verified", ["comparison_off"])
    assert sorted(rows.values())[0] == ("open", [])  # CL with EC
    assert bench.operation.kinds(after=seen) == [
        "consent:changed",
        *sorted(["lead:withdrawn", "lead:basis_ended"], key=bench.operation.kinds(after=seen).index),
        "comparison:ended",
    ]
    # It counts faces of closed material too: members of other countries are not told how many there are.
    ended = bench.one("select locks from event where operation_id = :operation and kind = 'comparison:ended'")
    assert tuple(ended.locks) == OBSERVERS_ONLY


def test_on_again_the_same_faces_get_the_vectors_that_they_had(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    behind = tmp_path / "behind.jpg"
    first, second = material.landscape("first.jpg", seed=81), material.portrait("second.jpg", turned_deg=-8)
    behind.write_bytes(first.read_bytes() + second.read_bytes())
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12), material.video(), behind)
    bench.bring("CL", material.portrait())
    bench.work()
    before = vectors(bench)
    means = bench.rows("select id, centroid::real[] as c from person where operation_id = :operation order by id")
    leads = bench.rows("select id, stage from lead where operation_id = :operation order by id")
    films = {row.id for row in bench.rows("select id from face where operation_id = :operation and at_s is not null")}

    change(bench, face_recognition=False)
    bench.work()
    change(bench, face_recognition=True)
    bench.work()

    after = vectors(bench)
    assert set(after) == set(before)
    cosines = {face: float(before[face] @ after[face]) for face in before}
    assert min(value for face, value in cosines.items() if face not in films) > 0.999
    assert min(value for face, value in cosines.items() if face in films) > 0.97
    again = bench.rows("select id, centroid::real[] as c from person where operation_id = :operation order by id")
    assert [row.id for row in again] == [row.id for row in means]
    for one, other in zip(means, again, strict=True):
        assert np.allclose(one.c, other.c, atol=0.05)
    assert bench.rows("select id, stage from lead where operation_id = :operation order by id") == leads


def test_a_medium_in_which_nobody_looked_for_faces_is_read_again_when_it_is_allowed(
    bench: Bench, material: Material
) -> None:
    change(bench, face_recognition=False)
    bench.bring("PE", material.portrait())
    bench.work()
    assert vectors(bench) == {}

    change(bench, face_recognition=True)
    bench.work()

    assert len(vectors(bench)) == 1
    with bench.app.read(bench.operation.person("PE")) as view:
        assert intake_report(view.session, bench.operation.id).counts.readable == 1


def test_a_reading_that_the_answer_overtakes_writes_nothing_and_is_done_anew(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait())
    row = bench.one("select * from job where operation_id = :operation and kind = 'read_media'")
    effects = read_media(bench.tools, Taken(row.id, row.kind, row.subject_id, row.operation_id, 1, None))  # type: ignore[arg-type]
    change(bench, face_recognition=False)

    with bench.tools.db.write(bench.tools.service_id) as tx:
        effects(tx)

    assert vectors(bench) == {}
    assert bench.one("select state from media_item where operation_id = :operation").state == "waiting"
    bench.operation.change("update job set state = 'done' where id = :id", id=row.id)
    do_rare_duties(bench.tools.db, bench.tools.service_id)
    bench.work()
    assert bench.one("select state from media_item where operation_id = :operation").state == "read"
    assert vectors(bench) == {}


def test_of_two_countries_that_forbid_it_one_answer_brings_no_lead_back(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.bring("CL", material.portrait())
    bench.work()
    lead = bench.one("select id from lead where operation_id = :operation").id
    for country in ("PE", "CL"):
        change(bench, country, face_recognition=False)
        bench.work()

    change(bench, "PE", face_recognition=True)
    bench.work()
    assert bench.operation.row(Lead, lead).stage == "withdrawn"
    change(bench, "CL", face_recognition=True)
    bench.work()
    assert (bench.operation.row(Lead, lead).stage, bench.operation.row(Lead, lead).basis_ended) == ("open", [])


def test_each_answer_is_a_row_with_its_date_and_the_same_answer_is_none(bench: Bench) -> None:
    change(bench, shares_known_count=False)
    change(bench, shares_known_count=True)
    with pytest.raises(Conflict):
        change(bench, shares_known_count=True)
    with pytest.raises(Invalid):
        change(bench)
    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("PE", "specialist")) as tx:
        change_consents(tx, bench.operation.id, shares_known_count=False)

    assert bench.operation.kinds() == ["consent:changed", "consent:changed"]
    with bench.app.read(bench.operation.person("CL")) as view:
        rows = consents(view.session, bench.operation.id)
    assert [(row.country, row.what, row.is_given) for row in rows] == [
        ("PE", "shares_known_count", True),
        ("PE", "shares_known_count", False),
    ]


def test_nobody_searches_with_a_face_that_is_not_compared(bench: Bench, material: Material) -> None:
    bench.bring("PE", material.portrait())
    bench.work()
    change(bench, face_recognition=False)
    bench.work()
    face = bench.one("select id from face where operation_id = :operation").id

    with pytest.raises(Conflict), bench.app.write(bench.operation.person("PE")) as tx:
        require_probe(tx, face)
