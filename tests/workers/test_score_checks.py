"""A lead says by which code and against what it was found, and its score comes out again on the command line."""

from __future__ import annotations

import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workers.vectors import vector_again
from workspace.cli.lead import check_operation
from workspace.settings import ROOT, code_version


def test_a_lead_is_checked_from_its_stored_faces_and_from_the_originals(
    bench: Bench, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.bring("EC", material.portrait())
    bench.work()
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    lead = bench.one("select * from lead where operation_id = :operation and kind = 'same_face'")
    opened = bench.one("select seq from event where operation_id = :operation and kind = 'lead:opened'")

    assert lead.code_version == code_version()
    assert 0 < lead.compared_to < opened.seq
    for from_originals in (False, True):
        assert check_operation(bench.tools, bench.operation.id, from_originals=from_originals) == ["same"]
    told = capsys.readouterr().out
    assert f"code {code_version()}, compared up to event {lead.compared_to}" in told
    assert f"{lead.score:.3f}" not in told

    bench.operation.change("update lead set score = score - 0.1 where id = :id", id=lead.id)
    for from_originals in (False, True):
        assert check_operation(bench.tools, bench.operation.id, lead.number, from_originals=from_originals) == ["other"]
    bench.operation.change(
        "update lead set score = score + 0.1, code_version = null, compared_to = null where id = :id", id=lead.id
    )
    assert check_operation(bench.tools, bench.operation.id) == ["same"]
    assert "unknown code" in capsys.readouterr().out
    assert check_operation(bench.tools, bench.operation.id, lead.number + 1) == []


def test_a_stored_vector_that_was_changed_is_found_from_the_original(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.portrait())
    bench.bring("PE", material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    face = bench.one(
        "select f.id, f.embedding from face f join compartment c on c.id = f.compartment_id join agency a on a.id = c.agency_id "
        "where f.operation_id = :operation and a.country = 'EC'"
    )
    right, is_of_crop = vector_again(bench.tools, face.id)
    assert right
    assert not is_of_crop
    one, *others = right
    bench.operation.change(
        "update face set embedding = cast(:vector as halfvec) where id = :id",
        vector=str([one - 0.3, *others]),
        id=face.id,
    )

    assert check_operation(bench.tools, bench.operation.id) == ["other"]
    assert check_operation(bench.tools, bench.operation.id, from_originals=True) == ["same"]


def test_the_code_is_known_without_git_and_is_another_one_after_any_change() -> None:
    version, digest = code_version().split("+")

    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert len(digest) == 12
    assert int(digest, 16)
