"""Reads photographs of known people or labelled pairs, and measures with the installed pack where it errs.

A folder holds one folder of photographs per person; a CSV names pairs. Files are decoded in the sandbox and described
as the workers do it; of each picture the face nearest to its middle counts, and poor ones are left out as in matching.
Nothing of the pictures is kept.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from workspace.analysis.calibrating import Floats, KnownPairs, pairs_of, point_of, require_enough, threshold_for
from workspace.analysis.faces import FaceEngine
from workspace.analysis.pack import keep_calibration, load_pack
from workspace.analysis.quality import matched_automatically
from workspace.analysis.sandbox.client import Decoder
from workspace.errors import Fault, Invalid, Refused
from workspace.rules.calibration import MOST_WORDS, Calibration
from workspace.rules.reasons import says_something

COLUMNS: Final = ("picture_a", "picture_b", "same")
WHOSE: Final = ("person_a", "person_b")
YES_AND_NO: Final = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
MOST_FAULTS: Final = 20

Watch = Callable[[Sequence[Path]], Iterable[Path]]
"""Gives the paths back one by one, and may show how far it is."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked of a calibration. at: thresholds to be measured, a lead's and a strong one's, instead of those that
    the rates give; made_by, measured, not_measured: see `Calibration`."""

    made_by: str
    measured: str
    not_measured: str
    lead_rate: float
    strong_rate: float
    at: tuple[float, float] | None = None

    def require(self) -> None:
        """Pass if it says all that a calibration states. Raises: Invalid."""
        faults = []
        for name in ("made_by", "measured", "not_measured"):
            words = getattr(self, name)
            if not says_something(words) or len(words) > MOST_WORDS:
                faults.append(Fault(name, "words are needed, at most {most} characters", most=MOST_WORDS))
        if not 0 < self.strong_rate <= self.lead_rate <= 0.01:
            faults.append(Fault("rates", "above 0, at most 0.01, and the strong one not above the other"))
        if self.at is not None and not 0 < self.at[0] <= self.at[1] < 1:
            faults.append(Fault("at", "two cosines between 0 and 1, the lower one first"))
        if faults:
            raise Invalid("This is no calibration.", faults=faults)


@dataclass(frozen=True)
class _Described:
    """By path, the embedding of the face that counts; left_out: by reason, how many pictures have none."""

    faces: dict[Path, Floats]
    left_out: Counter[str]


def calibrate(pack_dir: Path, source: Path, wish: Wish, *, today: date, watch: Watch, keep: bool = True) -> Calibration:
    """Measure the pack in `pack_dir` on `source`, a folder of people or a CSV of pairs; kept in its manifest if `keep`.

    Raises:
        Invalid: the wish, the pack or the material is not fit; the message says what is needed. Unavailable: the
            sandbox does not work here.
    """
    wish.require()
    if not source.exists():
        raise Invalid("There is no {path}.", path=str(source), faults=["the material is missing"])
    pack = load_pack(pack_dir)
    pairs, used, left_out = _measured_pairs(FaceEngine(pack), source, watch)
    require_enough(pairs, [wish.lead_rate, wish.strong_rate])
    lead, strong = wish.at or (threshold_for(pairs, wish.lead_rate), threshold_for(pairs, wish.strong_rate))
    made = Calibration(
        made_on=today,
        made_by=wish.made_by.strip(),
        pack_id=pack.pack_id,
        recogniser_sha256=pack.recogniser_sha256,
        detector_sha256=pack.detector_sha256,
        photographs=used,
        left_out=dict(sorted(left_out.items())),
        people=None if pairs.people is None else len(np.unique(pairs.people)),
        measured=wish.measured.strip(),
        not_measured=wish.not_measured.strip(),
        lead=point_of(pairs, lead),
        strong=point_of(pairs, strong),
    )
    if keep:
        keep_calibration(pack_dir, made)
    return made


def photographs_of(folder: Path) -> list[tuple[int, Path]]:
    """The photographs of a folder of people: whose each is, and where. A file that stands twice counts once.

    Raises:
        Invalid: it holds no folders with files, or one file stands in the folders of two people.
    """
    seen: dict[str, tuple[int, Path]] = {}
    twice = []
    people = [each for each in sorted(folder.iterdir()) if each.is_dir() and not each.name.startswith(".")]
    for number, person in enumerate(people):
        for path in sorted(person.iterdir()):
            if not path.is_file() or path.name.startswith("."):
                continue
            with path.open("rb") as file:
                known = seen.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), (number, path))
            if known[0] != number:
                twice.append(f"{path} is the same file as {known[1]}, which is another person's")
    if twice:
        raise Invalid("Pictures stand in the folders of two people.", faults=twice[:MOST_FAULTS])
    if not seen:
        raise Invalid(
            "{path} holds no photographs of people: make one folder per person, and put photographs into it.",
            path=str(folder),
            faults=["no photographs"],
        )
    return list(seen.values())


def _measured_pairs(engine: FaceEngine, source: Path, watch: Watch) -> tuple[KnownPairs, int, Counter[str]]:
    if source.is_dir():
        known = photographs_of(source)
        described = _describe(engine, [path for _, path in known], watch)
        kept = [(person, described.faces[path]) for person, path in known if path in described.faces]
        embeddings = np.stack([face for _, face in kept]) if kept else np.zeros((0, engine.pack.dimension), np.float32)
        return pairs_of(embeddings, np.array([who for who, _ in kept], np.int64)), len(kept), described.left_out
    return _pairs_of_table(engine, source, watch)


def _pairs_of_table(engine: FaceEngine, table: Path, watch: Watch) -> tuple[KnownPairs, int, Counter[str]]:
    rows = _rows(table)
    described = _describe(engine, sorted({path for row in rows for path in row.pictures}), watch)
    kept = [row for row in rows if all(path in described.faces for path in row.pictures)]
    scores = [float(described.faces[row.pictures[0]] @ described.faces[row.pictures[1]]) for row in kept]
    names = sorted({name for row in kept for name in row.people})
    people = np.array([[names.index(name) for name in row.people] for row in kept], np.int64) if names else None
    pairs = KnownPairs(np.array(scores, np.float32), np.array([row.same for row in kept], np.bool_), people)
    return pairs, len(described.faces), described.left_out


@dataclass(frozen=True)
class _Row:
    """A pair of a table. people: whose each picture is; empty where the table does not say."""

    pictures: tuple[Path, Path]
    same: bool
    people: tuple[str, ...]


def _rows(table: Path) -> list[_Row]:
    """The pairs of a CSV.

    Raises:
        Invalid: columns, values or files are missing; each is named with its line.
    """
    faults: list[str] = []
    rows = []
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise Invalid(
                    "{path} needs the columns {columns}, and may have {others}.",
                    path=str(table),
                    columns=list(COLUMNS),
                    others=list(WHOSE),
                    faults=[f"the column {name} is missing" for name in missing],
                )
            for line, content in enumerate(reader, start=2):
                row = _row(table.parent, content, faults, line)
                rows += [row] if row else []
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise Invalid("{path} cannot be read as a CSV in UTF-8.", path=str(table), faults=[str(cause)]) from cause
    if not faults and len({bool(row.people) for row in rows}) > 1:
        faults.append("every line names both people, or none does")
    if faults or not rows:
        raise Invalid(
            "{path} holds no pairs that can be measured.", path=str(table), faults=faults[:MOST_FAULTS] or ["no lines"]
        )
    return rows


def _row(folder: Path, content: dict[str, str], faults: list[str], line: int) -> _Row | None:
    values = {name: (content.get(name) or "").strip() for name in (*COLUMNS, *WHOSE)}
    same = YES_AND_NO.get(values["same"].lower())
    paths = folder / values["picture_a"], folder / values["picture_b"]
    people = tuple(values[name] for name in WHOSE if values[name])
    wrong = [
        f"{values[name] or name} is no file" for name, path in zip(COLUMNS, paths, strict=False) if not path.is_file()
    ]
    wrong += ["same must be 1 or 0"] if same is None else []
    wrong += ["both people are named, or none"] if len(people) == 1 else []
    wrong += ["same does not agree with the people"] if len(people) == 2 and same != (people[0] == people[1]) else []
    wrong += ["a picture is not compared with itself"] if paths[0] == paths[1] else []
    faults += [f"line {line}: {each}" for each in wrong]
    return None if wrong or same is None else _Row(paths, same, people)


def _describe(engine: FaceEngine, paths: Sequence[Path], watch: Watch) -> _Described:
    described = _Described({}, Counter())
    with Decoder() as decoder:
        for path in watch(paths):
            face, why = _face_of(engine, decoder, path)
            if face is None:
                described.left_out[why] += 1
            else:
                described.faces[path] = face
    return described


def _face_of(engine: FaceEngine, decoder: Decoder, path: Path) -> tuple[Floats | None, str]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        picture = decoder.picture(descriptor).pixels
    except Refused:
        return None, "unreadable"
    finally:
        os.close(descriptor)
    middle = np.array(picture.shape[1::-1]) / 2
    found = engine.find(picture)
    if not found:
        return None, "no_face"
    nearest = min(found, key=lambda face: float(np.hypot(*(face.box.reshape(2, 2).mean(axis=0) - middle))))
    return (nearest.embedding, "") if matched_automatically(nearest.quality) else (None, "poor")
