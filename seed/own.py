"""Makes an exercise from an agency's own lawful pictures (of volunteers) and a file that says who is shown in which.

The truth file is taken whole or not at all: every fault is listed with its line. The pictures are copied onto the
devices of the exercise under names such as a device gives, because a picture's own name often says who is on it. Must
not decode a picture.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from seed.layout import file_path, spread
from seed.make import ExercisePlan, Expected, across, homes
from seed.operation import Scenario, operation_facts, today_in
from workspace.errors import Fault, Invalid, Text
from workspace.rules.comparison import comparison_key

COLUMNS: Final = ("path", "person")
MAX_FAULTS_LISTED: Final = 1_000
LONGEST_LABEL: Final = 64
FEWEST_TO_REGISTER: Final = 3
"""Of whom there are so many pictures of nobody else, one can become the portrait of a register's entry."""
FILMS: Final = frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".3gp"})
REGISTER_FILE: Final = "register/register.csv"


@dataclass(frozen=True)
class OwnPicture:
    """A picture or film of the agency, and who is shown in it, in the order of the truth file's lines."""

    place: Path
    people: tuple[str, ...]

    @property
    def ending(self) -> str:
        """The ending of its name, without the dot, in small letters."""
        return self.place.suffix.removeprefix(".").lower()

    @property
    def is_video(self) -> bool:
        """Whether its ending is that of a film."""
        return f".{self.ending}" in FILMS


def read_truth(pictures: Path, truth: Path) -> tuple[OwnPicture, ...]:
    """Read who is shown in which picture: CSV with the columns path and person, one line per person, sorted by path.

    Labels that differ only in case, width or what nobody sees are one person, by the first writing.

    pictures: a folder; paths are relative to it. A line without a person says that nobody is shown. Every file in the
    folder needs a line; hidden ones are left out.

    Raises:
        Invalid: anything cannot be understood or does not fit the folder; `faults` lists each with its line. Nothing is
            taken.
    """
    faults: list[str] = []
    there = _files_below(pictures, faults)
    people: dict[str, list[str]] = {}
    named: dict[str, str] = {}
    for number, path, label in _lines(_text_of(truth, faults), faults):
        key = label if _has_control(label) else comparison_key(label)
        person = named.setdefault(key, label) if key else ""
        faults += (Fault(_line(number), said) for said in _wrong(path, person, there, people))
        people.setdefault(path, []).append(person)
    faults += (Fault(path, "this picture has no line") for path in sorted(there.keys() - people.keys()) if people)
    if not people and not faults:
        faults.append(Text("the file names no picture"))
    if not faults:
        counts = Counter(person for shown in people.values() for person in shown if person)
        if sum(count > 1 for count in counts.values()) < 2:
            faults.append(Text("at least two people must be shown in two pictures each, or nothing can be found"))
    if faults:
        listed = faults[:MAX_FAULTS_LISTED]
        if len(faults) > len(listed):
            listed.append(Text("… and {count} more", count=len(faults) - len(listed)))
        raise Invalid("The truth file was not taken. Faults: {count}.", count=len(faults), faults=listed)
    return tuple(OwnPicture(there[path], tuple(filter(None, shown))) for path, shown in sorted(people.items()))


def make_own_exercise(
    target: Path, shown: Sequence[OwnPicture], played: Scenario, *, today: date | None = None
) -> ExercisePlan:
    """Copy the pictures onto the devices of `played` below `target`, an empty or absent folder, and return the plan.

    Of every second person with enough pictures one becomes the portrait of an entry in a register; the others are to be
    found.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    random = np.random.default_rng(played.seed)
    people = sorted({person for picture in shown for person in picture.people})
    people = [people[k] for k in random.permutation(len(people))]
    left = [shown[k] for k in random.permutation(len(shown))]
    portraits = _set_aside(people, left)
    register = _write_register(target, portraits, played.countries)
    placed = _place([each for each in left if each not in portraits.values()], people, played)
    for path, picture in placed.items():
        _copy(picture.place, target / path)
    plan = _plan(played, placed, register, today or today_in(played.countries))
    text = json.dumps(asdict(plan), ensure_ascii=False, indent=1, default=dict) + "\n"
    (target / "plan.json").write_text(text, encoding="utf-8")
    return plan


# The truth file


def _line(number: int) -> Text:
    return Text("line {line}", line=number)


def _files_below(folder: Path, faults: list[str]) -> dict[str, Path]:
    """The files of a folder by their paths in normal form; links and hidden files are left out."""
    if not folder.is_dir():
        faults.append(Fault("pictures", "«{value}» is not a folder", value=str(folder)))
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            place = Path(parent, name)
            if not name.startswith(".") and place.is_file() and not place.is_symlink():
                found[_normal(place.relative_to(folder).as_posix())] = place
    return found


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _text_of(truth: Path, faults: list[str]) -> str:
    """The file's text; a line that is not UTF-8 is a fault, and its broken letters are replaced."""
    try:
        content = truth.read_bytes()
    except OSError as cause:
        faults.append(Text("the file cannot be opened: {reason}", reason=cause.strerror))
        return ",".join(COLUMNS)
    text = content.decode("utf-8-sig", "replace")
    broken = (number for number, line in enumerate(text.splitlines(), start=1) if "\ufffd" in line)
    faults += (Fault(_line(number), "this is not UTF-8") for number in broken)
    return text


def _lines(text: str, faults: list[str]) -> Iterator[tuple[int, str, str]]:
    """(line, path in normal form, person) of every line that has the two cells."""
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if sorted(header) != sorted(COLUMNS):
            faults.append(Fault(_line(1), "the columns must be {columns}", columns=list(COLUMNS)))
            return
        where, who = header.index("path"), header.index("person")
        number = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) == len(COLUMNS):
                    yield number, _normal(row[where].strip()), _normal(row[who].strip())
                else:
                    faults.append(
                        Fault(_line(number), "{cells} cells under {columns} columns", cells=len(row), columns=2)
                    )
            number = rows.line_num + 1
    except csv.Error as cause:
        faults.append(Fault(_line(rows.line_num), "this is not CSV ({reason})", reason=cause))


def _wrong(path: str, person: str, there: Container[str], people: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is wrong with one line, given the lines before it."""
    before = people.get(path, ())
    if not path:
        yield "the path is missing"
    elif path not in there:
        yield Text("«{value}» is not in the folder", value=path)
    if len(person) > LONGEST_LABEL:
        yield Text("the label of a person has at most {most} characters", most=LONGEST_LABEL)
    if _has_control(person):
        yield "the label of a person holds a control character"
    if person in before:
        yield "this line appears twice"
    elif before and "" in (person, *before):
        yield "a line with a person and one without speak of the same picture"


def _has_control(label: str) -> bool:
    return any(unicodedata.category(each) in ("Cc", "Cs") for each in label)


# The material


def _set_aside(people: Sequence[str], shown: Sequence[OwnPicture]) -> dict[str, OwnPicture]:
    """By person: the picture that becomes a portrait."""
    alone: dict[str, list[OwnPicture]] = defaultdict(list)
    for picture in shown:
        if len(picture.people) == 1 and not picture.is_video:
            alone[picture.people[0]].append(picture)
    return {person: alone[person][0] for person in people[::2] if len(alone[person]) >= FEWEST_TO_REGISTER}


def _write_register(
    target: Path, portraits: Mapping[str, OwnPicture], countries: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Write register.csv with its portraits; by number: (person, country from which the person is missing)."""
    found: dict[str, tuple[str, str]] = {}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("number", "country", "photos"))
    for place, (person, picture) in enumerate(portraits.items()):
        country = countries[place % len(countries)]
        number, photo = f"Y-{country}-{1040 + 13 * place}", f"portraits/{place + 1:03d}.{picture.ending}"
        _copy(picture.place, (target / REGISTER_FILE).parent / photo)
        writer.writerow((number, country, photo))
        found[number] = (person, country)
    if found:
        (target / REGISTER_FILE).write_text(out.getvalue(), encoding="utf-8")
    return found


def _place(shown: Sequence[OwnPicture], people: Sequence[str], played: Scenario) -> dict[str, OwnPicture]:
    """Every picture at its path inside the exercise: on the devices of whom it shows in turn, else on any."""
    devices = spread(people, played.exhibits)
    exhibits = {exhibit.label: exhibit for exhibit in played.exhibits}
    turns, counts = Counter[str](), Counter[str]()
    placed = {}
    for picture in shown:
        first = next(iter(picture.people), "")
        where = devices.get(first) or tuple(exhibits)
        label = where[turns[first] % len(where)]
        turns[first] += 1
        counts[label] += 1
        placed[file_path(exhibits[label], counts[label], picture.ending, is_video=picture.is_video)] = picture
    return placed


def _copy(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)


def _plan(
    played: Scenario, placed: Mapping[str, OwnPicture], register: Mapping[str, tuple[str, str]], today: date
) -> ExercisePlan:
    shown = {path: picture.people for path, picture in sorted(placed.items())}
    videos = sum(picture.is_video for picture in placed.values())
    return ExercisePlan(
        operation=operation_facts(today, played.countries),
        agencies=played.agencies,
        members=played.members,
        exhibits=played.exhibits,
        clues=played.clues,
        series=played.series,
        register_file=REGISTER_FILE if register else None,
        photos=len(placed) - videos,
        videos=videos,
        refused=0,
        seed=played.seed,
        scenario=played.name,
        expected=Expected(
            shown=shown,
            exact_groups=(),
            near_pairs=(),
            refused={},
            register={number: person for number, (person, _) in register.items()},
            lives_in=homes(played, shown, dict(register.values())),
            across_countries=across(shown),
            camera_serial="",
            camera_exhibits=(),
        ),
    )
