"""Thresholds and intervals out of pairs of which the truth is known, and calibrations in a pack's manifest."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from tests.analysis.conftest import photograph
from workspace.analysis.calibrating import (
    KnownPairs,
    exact_interval,
    pairs_of,
    point_of,
    require_enough,
    threshold_for,
)
from workspace.analysis.faces import FoundFace
from workspace.analysis.pack import MANIFEST, Pack, build_default_pack, keep_calibration, load_pack
from workspace.errors import Invalid
from workspace.intake.calibration import Wish, calibrate, photographs_of
from workspace.rules.calibration import Calibration, pairs_needed, point_at, read_calibration, with_hash

TODAY = date(2026, 11, 30)
WISH = Wish(made_by="EC", measured="adults", not_measured="children", lead_rate=7e-3, strong_rate=7e-3)


def drawn(people: int, each: int, spread: float = 0.9) -> KnownPairs:
    """Pairs of made-up faces: everybody is a direction, every face near it."""
    chance = np.random.default_rng(3)
    centres = chance.normal(size=(people, 64))
    faces = np.repeat(centres, each, axis=0) + spread * chance.normal(size=(people * each, 64))
    faces /= np.linalg.norm(faces, axis=1, keepdims=True)
    return pairs_of(faces.astype(np.float32), np.repeat(np.arange(people), each))


# --- Figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "pairs", "low", "high"),
    [(0, 20, 0.0, 0.16843), (2, 20, 0.01235, 0.31698), (10, 20, 0.27196, 0.72804), (20, 20, 0.83157, 1.0)],
)
def test_the_interval_is_that_of_clopper_and_pearson(errors: int, pairs: int, low: float, high: float) -> None:
    assert exact_interval(errors, pairs) == pytest.approx((low, high), abs=5e-5)


def test_without_an_error_the_upper_end_is_about_that_of_the_rule_of_three() -> None:
    assert exact_interval(0, pairs_needed(1e-4))[1] == pytest.approx(1e-4, rel=0.25)


@given(st.floats(1e-3, 0.01))
def test_the_threshold_keeps_to_its_rate_and_one_step_lower_would_not(rate: float) -> None:
    pairs = drawn(20, 5)

    at = threshold_for(pairs, rate)

    false = pairs.scores[~pairs.same]
    assert (false >= at).mean() <= rate
    assert (false >= at - 0.001).sum() > int(len(false) * rate)


def test_intervals_hold_the_rate_and_are_wider_than_those_of_pairs_that_err_alone() -> None:
    pairs = drawn(25, 6)
    point = point_of(pairs, threshold_for(pairs, 5e-3))

    for rate, counted in ((point.false_accepts, ~pairs.same), (point.false_rejects, pairs.same)):
        alone = exact_interval(rate.errors, int(counted.sum()))
        assert rate.pairs == counted.sum()
        assert rate.low <= alone[0] <= rate.rate <= alone[1] <= rate.high
    assert point_of(pairs, point.cosine) == point  # the draws are the same each time


def test_too_few_pairs_are_refused_with_how_many_are_needed() -> None:
    with pytest.raises(Invalid) as refused:
        require_enough(drawn(5, 3), [1e-4])

    assert [str(fault).partition(" are needed")[0] for fault in refused.value.facts["faults"]] == [  # type: ignore[attr-defined]
        "90 pairs of two people are too few for a false accept rate of 0.0001: 30000",
        "15 pairs of one person are too few: 100",
        "5 people are too few: 20",
    ]


# --- The manifest -----------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(pack: Pack, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack.directory, tmp_path / "copied"))


def test_the_default_pack_says_how_often_its_thresholds_err(pack: Pack) -> None:
    (shipped,) = pack.calibrations

    assert (shipped.lead.cosine, shipped.strong.cosine) == (pack.lead_cosine, pack.strong_cosine)
    assert "children" in shipped.not_measured
    known = point_at(pack.calibrations, pack.recogniser_sha256, pack.strong_cosine)
    assert known is not None
    assert known[1] == shipped.strong
    assert point_at(pack.calibrations, "0" * 64, pack.lead_cosine) is None


def another(pack: Pack) -> Calibration:
    return replace(pack.calibrations[0], made_by="PE")


def test_a_kept_calibration_is_read_first_and_leaves_the_pack_the_same(pack: Pack, copied: Path) -> None:
    keep_calibration(copied, another(pack))

    again = load_pack(copied)
    assert [each.made_by for each in again.calibrations] == ["PE", "the project"]
    assert replace(again, directory=pack.directory) == pack  # workers go on: no score and no threshold has changed
    assert {each.name for each in copied.iterdir()} == {each.name for each in pack.directory.iterdir()}


def test_a_pack_that_is_built_again_keeps_what_was_measured_with_it(pack: Pack, copied: Path) -> None:
    keep_calibration(copied, another(pack))
    manifest = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps(manifest | {"build": 0}))

    assert [each.made_by for each in build_default_pack(copied).calibrations] == ["PE", "the project"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"measured": "everybody"},
            "calibrations[0] was changed after it was made: its content does not have its SHA-256",
        ),
        ({"lead": None}, "calibrations[0] cannot be understood"),
        ({"made_on": "yesterday"}, "calibrations[0] Invalid isoformat string"),
        ({"not_measured": ""}, "calibrations[0] needs a text"),
    ],
)
def test_a_calibration_that_was_changed_by_hand_is_refused(
    pack: Pack, copied: Path, change: dict[str, object], fault: str
) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps(manifest | {"calibrations": [with_hash(pack.calibrations[0]) | change]}))

    with pytest.raises(Invalid) as refused:
        load_pack(copied)
    assert str(refused.value.facts["faults"][0]).startswith(fault)  # type: ignore[index]


def test_one_of_another_recogniser_is_not_kept(pack: Pack, copied: Path) -> None:
    before = (copied / MANIFEST).read_bytes()

    with pytest.raises(Invalid, match="another recogniser"):
        keep_calibration(copied, replace(another(pack), recogniser_sha256="0" * 64))

    assert (copied / MANIFEST).read_bytes() == before


def test_what_a_manifest_states_is_read_as_it_was_written(pack: Pack) -> None:
    assert read_calibration(json.loads(json.dumps(with_hash(another(pack))))) == another(pack)


# --- The material -----------------------------------------------------------------------------------------------------


def test_labelled_pairs_are_measured_and_kept_with_what_was_left_out(
    copied: Path, tmp_path: Path, group_faces: list[FoundFace]
) -> None:
    material = tmp_path / "material"
    whose = _pictures(material, group_faces)
    Image.new("RGB", (300, 300), "gray").save(material / "nobody.png")
    (material / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    names = sorted(whose)
    with (material / "pairs.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["picture_a", "picture_b", "same"])
        for place, one in enumerate(names):
            table.writerows((one, other, int(whose[one] == whose[other])) for other in names[:place])
        table.writerows([(names[0], "nobody.png", 0), (names[0], "broken.png", 0)])

    made = calibrate(copied, material / "pairs.csv", WISH, today=TODAY, watch=lambda paths: paths)

    assert load_pack(copied).calibrations[0] == made
    assert (made.photographs, made.left_out) == (len(names), {"no_face": 1, "unreadable": 1})
    assert made.people is None
    assert made.lead.false_accepts.errors <= WISH.lead_rate * made.lead.false_accepts.pairs
    assert made.lead.false_rejects.errors < 0.1 * made.lead.false_rejects.pairs


def _pictures(folder: Path, group_faces: list[FoundFace]) -> dict[str, int]:
    """Pictures of five adults, each in seven states; whose each is."""
    folder.mkdir()
    group = Image.fromarray(photograph("insightface", "data", "images", "t1.jpg"))
    middles = [face.box.reshape(2, 2).mean(axis=0) for face in group_faces]
    people = [group.crop((int(x) - 90, int(y) - 90, int(x) + 90, int(y) + 90)) for x, y in middles[:5]]
    whose = {}
    for number, person in enumerate(people):
        shapes = [person, person.rotate(8), ImageEnhance.Brightness(person).enhance(0.6)]
        shapes += [each.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for each in shapes]
        shapes.append(ImageEnhance.Contrast(person).enhance(0.7))
        for state, each in enumerate(shapes):
            name = f"{number}-{state}.png"
            each.save(folder / name)
            whose[name] = number
    return whose


def test_a_table_names_every_line_that_is_wrong(copied: Path, tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    table = tmp_path / "pairs.csv"
    table.write_text("picture_a,picture_b,same,person_a,person_b\na.png,b.png,maybe,x,\na.png,a.png,1,x,y\n")

    with pytest.raises(Invalid) as refused:
        calibrate(copied, table, WISH, today=TODAY, watch=lambda paths: paths)

    assert refused.value.facts["faults"] == [
        "line 2: b.png is no file",
        "line 2: same must be 1 or 0",
        "line 2: both people are named, or none",
        "line 3: same does not agree with the people",
        "line 3: a picture is not compared with itself",
    ]


def test_a_folder_of_people_counts_a_file_once_and_refuses_one_of_two_people(tmp_path: Path) -> None:
    for place in ("1/a.png", "1/b.png", "2/c.png", ".hidden/d.png"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_bytes(place[:1].encode())

    assert [(who, path.name) for who, path in photographs_of(tmp_path)] == [(0, "a.png"), (1, "c.png")]

    (tmp_path / "2" / "e.png").write_bytes(b"1")
    with pytest.raises(Invalid, match="two people"):
        photographs_of(tmp_path)


def test_a_wish_that_says_nothing_is_refused_before_anything_is_read(copied: Path, tmp_path: Path) -> None:
    wish = replace(WISH, measured="?", strong_rate=1.0, at=(0.5, 0.4))

    with pytest.raises(Invalid) as refused:
        calibrate(copied, tmp_path / "nothing", wish, today=TODAY, watch=lambda paths: paths)

    assert [fault.where for fault in refused.value.facts["faults"]] == ["measured", "rates", "at"]  # type: ignore[attr-defined]
