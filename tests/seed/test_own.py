"""An exercise from an agency's own pictures: what its truth file must say, and what is made of them."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from seed.make import ExercisePlan
from seed.operation import Scenario, scenario
from seed.own import OwnPicture, make_own_exercise, read_truth
from workspace.cli.main import main
from workspace.errors import Invalid
from workspace.exchange.register import read_register

PEOPLE = {"A": 7, "B": 6, "C": 5, "D": 2, "E": 1}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Five people, a group, a film and a place without people; nobody decodes them here."""
    folder = tmp_path / "pictures"
    for person, count in PEOPLE.items():
        for k in range(count):
            _put(folder, f"{person}/{k}.JPG")
    for name in ("group.jpg", "film.mp4", "señal.png", ".hidden", ".cache/x.jpg"):
        _put(folder, name)
    return folder


def _put(folder: Path, name: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(name.encode())


def lines() -> list[str]:
    return [
        "path,person",
        *(f"{person}/{k}.JPG,{person}" for person, count in PEOPLE.items() for k in range(count)),
        "group.jpg,A",
        "group.jpg,B",
        "film.mp4,C",
        "señal.png,",
    ]


def written(folder: Path, content: list[str] | bytes) -> Path:
    file = folder.parent / "truth.csv"
    file.write_bytes(content if isinstance(content, bytes) else "\n".join(content).encode())
    return file


def faults(pictures: Path, content: list[str] | bytes) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        read_truth(pictures, written(pictures, content))
    listed = listed_in(refusal.value)
    assert refusal.value.facts["count"] == len(listed)
    return listed


def listed_in(refusal: Invalid) -> list[str]:
    found = refusal.facts["faults"]
    assert isinstance(found, list)
    return [str(fault) for fault in found]


def test_a_truth_file_says_who_is_shown_in_every_picture(pictures: Path) -> None:
    shown = read_truth(pictures, written(pictures, lines()))

    by_name = {picture.place.relative_to(pictures).as_posix(): picture.people for picture in shown}
    assert len(by_name) == sum(PEOPLE.values()) + 3
    assert (by_name["group.jpg"], by_name["film.mp4"], by_name["señal.png"]) == (("A", "B"), ("C",), ())


@pytest.mark.parametrize(
    ("writing", "person"), [("a", ("A",)), ("A\u200b", ("A",)), ("\uff21", ("A",)), ("\u200b", ()), ("AA", ("AA",))]
)
def test_two_writings_of_one_label_are_one_person_and_what_nobody_sees_is_none(
    pictures: Path, writing: str, person: tuple[str, ...]
) -> None:
    changed = [line.replace("A/1.JPG,A", f"A/1.JPG,{writing}") for line in lines()]

    shown = read_truth(pictures, written(pictures, changed))

    assert [picture.people for picture in shown if picture.place == pictures / "A/1.JPG"] == [person]


@pytest.mark.parametrize("form", ["semicolons", "marked", "columns the other way round", "line ends of Windows"])
def test_a_truth_file_as_spreadsheets_write_it_is_read_too(pictures: Path, form: str) -> None:
    plain = lines()
    text = {
        "semicolons": "\n".join(plain).replace(",", ";"),
        "marked": "\ufeff" + "\n".join(plain),
        "columns the other way round": "\n".join(",".join(reversed(line.split(","))) for line in plain),
        "line ends of Windows": "\r\n".join(plain) + "\r\n\r\n",
    }[form]

    assert read_truth(pictures, written(pictures, text.encode())) == read_truth(pictures, written(pictures, plain))


def test_every_fault_of_a_truth_file_is_listed_with_its_line(pictures: Path) -> None:
    wrong = lines()
    wrong[1] = "A/0.JPG,A,once more"
    wrong += [
        "nobody/there.jpg,A",
        "../truth.csv,A",
        ",B",
        "A/1.JPG,A",
        "señal.png,D",
        "B/1.JPG," + "b" * 65,
        "B/2.JPG,B\x07",
    ]
    last = len(lines())

    assert faults(pictures, wrong) == [
        "line 2: 3 cells under 2 columns",
        f"line {last + 1}: «nobody/there.jpg» is not in the folder",
        f"line {last + 2}: «../truth.csv» is not in the folder",
        f"line {last + 3}: the path is missing",
        f"line {last + 4}: this line appears twice",
        f"line {last + 5}: a line with a person and one without speak of the same picture",
        f"line {last + 6}: the label of a person has at most 64 characters",
        f"line {last + 7}: the label of a person holds a control character",
        "A/0.JPG: this picture has no line",
    ]


def test_a_file_that_is_no_truth_file_is_refused_with_the_reason(pictures: Path) -> None:
    assert faults(pictures, ["file,who", "A/0.JPG,A"]) == ["line 1: the columns must be path, person"]
    assert faults(pictures, b"") == ["line 1: the columns must be path, person"]
    assert faults(pictures, ["path,person"]) == ["the file names no picture"]
    assert faults(pictures, ["path,person", '"A/0.JPG,A'])[0].startswith("line 2: this is not CSV")
    broken = "\n".join(lines()).encode("latin-1")
    assert f"line {len(lines())}: this is not UTF-8" in faults(pictures, broken)
    os.remove(written(pictures, lines()))
    with pytest.raises(Invalid) as refusal:
        read_truth(pictures / "none", pictures.parent / "truth.csv")
    assert [fault.partition(" ")[0] for fault in listed_in(refusal.value)] == ["pictures:", "the"]


def test_pictures_in_which_nothing_can_be_found_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "few"
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        _put(folder, name)

    assert faults(folder, ["path,person", "1.jpg,A", "2.jpg,A", "3.jpg,B"]) == [
        "at least two people must be shown in two pictures each, or nothing can be found"
    ]


def made(pictures: Path, target: Path, played: Scenario) -> tuple[ExercisePlan, tuple[OwnPicture, ...]]:
    shown = read_truth(pictures, written(pictures, lines()))
    return make_own_exercise(target, shown, played), shown


PLAYED = scenario(countries=("EC", "PE", "CO"), seed=3, has_clues=False)


def test_every_picture_lies_once_on_a_device_or_in_the_register_with_what_is_true_of_it(
    pictures: Path, tmp_path: Path
) -> None:
    plan, shown = made(pictures, tmp_path / "made", PLAYED)

    taken = read_register(tmp_path / "made" / (plan.register_file or ""), today=date.today())
    portraits = {photo.read_bytes() for entry in taken.entries for photo in entry.photos}
    on_devices = {path: (tmp_path / "made" / path).read_bytes() for path in plan.expected.shown}
    assert sorted([*portraits, *on_devices.values()]) == sorted(picture.place.read_bytes() for picture in shown)
    of = {picture.place.read_bytes(): picture.people for picture in shown}
    assert {path: of[content] for path, content in on_devices.items()} == plan.expected.shown
    assert [entry.number for entry in taken.entries] == list(plan.expected.register)
    assert {of[photo.read_bytes()] for entry in taken.entries for photo in entry.photos} == {
        (who,) for who in plan.expected.register.values()
    }
    assert (plan.photos + plan.videos, plan.videos, plan.series, plan.clues) == (len(on_devices), 1, (), ())


def test_no_name_of_a_file_tells_who_is_on_it(pictures: Path, tmp_path: Path) -> None:
    plan, _ = made(pictures, tmp_path / "made", PLAYED)

    labels = {exhibit.label for exhibit in plan.exhibits}
    assert {path.partition("/")[0] for path in plan.expected.shown} <= labels
    assert not [path for path in plan.expected.shown for person in PEOPLE if f"/{person}/" in path]


def test_people_are_met_across_borders_and_everybody_lives_somewhere(pictures: Path, tmp_path: Path) -> None:
    plan, _ = made(pictures, tmp_path / "made", PLAYED)

    assert plan.expected.across_countries
    assert set(plan.expected.lives_in) == set(PEOPLE)
    assert set(plan.expected.lives_in.values()) <= {"EC", "PE", "CO"}


def test_the_same_seed_makes_the_same_exercise(pictures: Path, tmp_path: Path) -> None:
    first, _ = made(pictures, tmp_path / "first", PLAYED)
    again, _ = made(pictures, tmp_path / "again", PLAYED)
    other, _ = made(pictures, tmp_path / "other", scenario(countries=("EC", "PE", "CO"), seed=4, has_clues=False))

    assert first == again
    assert first.expected.shown != other.expected.shown
    with pytest.raises(FileExistsError):
        made(pictures, tmp_path / "first", PLAYED)


def test_too_few_pictures_of_anybody_make_an_exercise_without_a_register(tmp_path: Path) -> None:
    folder = tmp_path / "few"
    for name in ("1.jpg", "2.jpg", "3.jpg", "4.jpg"):
        _put(folder, name)
    shown = read_truth(folder, written(folder, ["path,person", "1.jpg,A", "2.jpg,A", "3.jpg,B", "4.jpg,B"]))

    plan = make_own_exercise(tmp_path / "made", shown, PLAYED)

    assert (plan.register_file, plan.expected.register) == (None, {})


@pytest.mark.parametrize("given", ["--pictures", "--truth"])
def test_pictures_and_what_is_true_of_them_go_together(given: str) -> None:
    with pytest.raises(Invalid):
        main(["exercise", "make", given, "somewhere"])


def test_what_cannot_be_made_is_refused_before_anything_is_started(pictures: Path) -> None:
    wrong = written(pictures, ["path,person", "A/0.JPG,A"])

    with pytest.raises(Invalid) as refusal:
        main(["exercise", "make", "--pictures", str(pictures), "--truth", str(wrong)])
    assert "C/0.JPG: this picture has no line" in listed_in(refusal.value)
    with pytest.raises(Invalid):
        main(["exercise", "make", "--country", "EC"])
