import csv
import hashlib
import io
import json
from datetime import date
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from seed.make import ExercisePlan, make_exercise
from workspace.errors import Invalid
from workspace.exchange.register import read_register

TODAY = date(2025, 6, 11)


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ExercisePlan]:
    folder = tmp_path_factory.mktemp("exercise")
    return folder, make_exercise(folder, photos=16, videos=2, today=TODAY, processes=1)


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_exercise_has_the_same_bytes(exercise: tuple[Path, ExercisePlan], tmp_path: Path) -> None:
    folder, _ = exercise

    make_exercise(tmp_path, photos=16, videos=2, today=TODAY, processes=1)

    assert digests(tmp_path) == digests(folder)


def test_the_plan_names_every_file_once(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise
    own = {"plan.json"} | {path for path in digests(folder) if path.startswith("register/")}

    named = [*plan.expected.shown, *plan.expected.refused]

    assert sorted(named) == sorted(set(digests(folder)) - own)
    assert plan.photos + plan.videos == len(plan.expected.shown) == 18
    assert plan.refused == len(plan.expected.refused)
    assert {path.partition("/")[0] for path in named} <= {exhibit.label for exhibit in plan.exhibits}


def test_the_written_plan_says_what_was_returned(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise

    written = json.loads((folder / "plan.json").read_text(encoding="utf-8"))

    assert written["operation"]["code_name"] == "Lantern"
    assert written["operation"]["opens_at"] == "2025-06-09T00:00:00-05:00"
    assert written["operation"]["closes_at"] == "2025-06-14T00:00:00-05:00"
    assert written["expected"]["refused"] == dict(plan.expected.refused)
    assert [member["role"] for member in written["members"]].count("country_lead") == 4


def test_exact_copies_and_only_they_share_their_bytes(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise
    found = digests(folder)
    groups: dict[str, set[str]] = {}
    for path in plan.expected.shown:
        groups.setdefault(found[path], set()).add(path)

    assert {frozenset(group) for group in groups.values() if len(group) > 1} == {
        frozenset(group) for group in plan.expected.exact_groups
    }


def test_near_copies_look_like_their_originals(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise

    def small(path: str) -> np.ndarray:
        with Image.open(folder / path) as image:
            return np.asarray(image.convert("L").resize((16, 16)), np.float64).ravel()

    assert plan.expected.near_pairs
    for near, original in plan.expected.near_pairs:
        assert np.corrcoef(small(near), small(original))[0, 1] > 0.9


def test_every_readable_file_can_be_read_and_no_refused_one(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise

    def read(path: str) -> None:
        if path.endswith(".mp4"):
            with av.open(str(folder / path)) as container:
                assert sum(1 for _ in container.decode(video=0)) >= 4 * 8
        else:
            with Image.open(folder / path) as image:
                image.load()

    for path in plan.expected.shown:
        read(path)
    for path in plan.expected.refused:
        with pytest.raises((UnidentifiedImageError, OSError, SyntaxError, av.FFmpegError)):
            read(path)


def test_the_register_is_taken_whole_and_holds_adults_only(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise

    taken = read_register(folder / (plan.register_file or ""), today=date.today())

    assert [entry.number for entry in taken.entries] == list(plan.expected.register)
    assert not taken.remarks
    for entry in taken.entries:
        assert entry.photos
        assert entry.date_of_birth is not None
        assert entry.missing_since is not None
        assert (entry.missing_since - entry.date_of_birth).days > 18 * 366


def test_the_registers_columns_are_those_of_a_yellow_notice(exercise: tuple[Path, ExercisePlan]) -> None:
    folder, plan = exercise

    header = next(csv.reader(io.StringIO((folder / (plan.register_file or "")).read_text(encoding="utf-8"))))

    assert ",".join(header) == (
        "number,sex,date_of_birth,nationality,missing_since,place,country,height_cm,eyes,hair,marks,languages,photos"
    )


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(FileExistsError):
        make_exercise(tmp_path, photos=12, videos=2)

    assert digests(tmp_path) == {"mine.txt": hashlib.sha256(b"mine").hexdigest()}


def test_an_exercise_too_small_for_every_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        make_exercise(tmp_path / "small", photos=11, videos=1)

    assert refusal.value.facts["faults"] == ["photos: at least 12", "videos: at least 2"]
    assert not (tmp_path / "small").exists()
