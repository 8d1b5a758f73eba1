"""Reads a register of missing children from a file of an agency: CSV, JSON, or MISP `interpol-notice` objects.

The fields are those of a yellow notice plus paths of photos beside the file. A file is taken whole or not at all: every
fault is listed with its line (CSV) or entry (JSON), and a photo path that leaves the folder is a fault. This module
opens the register file and looks at the photos' names and sizes; it never decodes a photo, that is the sandbox's work.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import pycountry

from workspace.errors import Fault, Invalid, Text
from workspace.rules.comparison import comparison_key

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 200_000
MAX_FIELD_CHARACTERS = 4_000
MAX_PHOTOS = 50
MAX_PHOTO_BYTES = 100 * 1024 * 1024
MAX_FAULTS_LISTED = 1_000
EARLIEST_BIRTH = date(1900, 1, 1)
HEIGHTS_CM = range(20, 251)

FIELDS = (
    "number", "label", "given_names", "family_name", "sex", "date_of_birth", "nationality", "missing_since", "place",
    "country", "height_cm", "eyes", "hair", "marks", "languages", "photos",
)  # fmt: skip
SEXES = {
    "": "unknown", "u": "unknown", "unknown": "unknown", "x": "other", "other": "other",
    "f": "female", "female": "female", "w": "female", "m": "male", "male": "male",
}  # fmt: skip

# MISP misp-objects `interpol-notice` v1, object_relation -> our field.
MISP_FIELDS = {
    "present-family-name": "family_name", "forename": "given_names", "sex": "sex", "date-of-birth": "date_of_birth",
    "nationality": "nationality", "date-of-disappearance": "missing_since", "place-of-disappearance": "place",
    "height": "height_cm", "colour-of-eyes": "eyes", "colour-of-hair": "hair", "language-spoken": "languages",
    "distinguishing-marks-and-characteristics": "marks", "portrait": "photos",
}  # fmt: skip
Value = TypeVar("Value")
AGENCY_CODES = {"XK"}  # in use by agencies, absent from ISO 3166-1

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class RegisterEntry:
    """One missing child as the agency's file states it; what the file leaves out is None or empty.

    `label` is what people read beside the number: the file's own label, else its names. Countries and nationalities are
    ISO 3166-1 alpha-2; `photos` are existing files inside the register's folder.
    """

    number: str
    label: str
    sex: str
    date_of_birth: date | None
    nationality: tuple[str, ...]
    missing_since: date | None
    place: str
    country: str | None
    height_cm: int | None
    eyes: str
    hair: str
    marks: str
    languages: tuple[str, ...]
    photos: tuple[Path, ...]
    where: str


@dataclass(frozen=True)
class ReadRegister:
    """A register that was understood whole; `remarks` name what was left aside, as columns that are not ours."""

    entries: tuple[RegisterEntry, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Record:
    """One entry before it is understood: where it stands and its texts by field."""

    where: str
    texts: Mapping[str, str]


def read_register(path: Path) -> ReadRegister:
    """Read a register file; photo paths are relative to its folder.

    Raises:
        Invalid: anything in it cannot be understood; `faults` lists each with its line or entry. Nothing is taken.
    """
    text = _text_of(path)
    unknown: set[str] = set()
    faults: list[str] = []
    read = _json_records if text.lstrip()[:1] in ("[", "{") else _csv_records
    entries: list[RegisterEntry] = []
    for record in read(text, unknown, faults):
        reader = _EntryReader(record, path.parent)
        entries.append(reader.entry())
        faults.extend(reader.faults)
        if len(entries) > MAX_ENTRIES:
            raise _refusal([Text("the file has more than {most} entries", most=MAX_ENTRIES)])
    if not entries and not faults:
        faults.append(Text("the file holds no entry"))
    faults.extend(_repeated_numbers(entries))
    if faults:
        raise _refusal(faults)
    return ReadRegister(
        tuple(entries), tuple(Text("«{name}» is not a field of a register", name=name) for name in sorted(unknown))
    )


def _refusal(faults: list[str]) -> Invalid:
    listed = faults[:MAX_FAULTS_LISTED]
    if len(faults) > len(listed):
        listed.append(Text("… and {count} more", count=len(faults) - len(listed)))
    return Invalid("The register was not taken. Faults: {count}.", count=len(faults), faults=listed)


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise _refusal([Text("the file has {size} bytes; at most {most} are read", size=size, most=MAX_FILE_BYTES)])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise _refusal([Text("the file is not UTF-8 (byte {place})", place=cause.start)]) from cause
    except OSError as cause:
        raise _refusal([Text("the file cannot be opened: {reason}", reason=cause.strerror)]) from cause


def _repeated_numbers(entries: Sequence[RegisterEntry]) -> Iterator[str]:
    counts = Counter(comparison_key(entry.number) for entry in entries if entry.number)
    for entry in entries:
        if counts[comparison_key(entry.number)] > 1:
            yield Fault(entry.where, "the number '{number}' appears more than once", number=entry.number)


def _line(number: int) -> Text:
    return Text("line {line}", line=number)


def _field_name(header: str) -> str:
    """The header in our spelling: «Date of birth», «DATE-OF-BIRTH» and «date_of_birth» are one."""
    return re.sub(r"[ _-]+", "_", comparison_key(header))


# CSV


def _csv_records(text: str, unknown: set[str], faults: list[str]) -> Iterator[_Record]:
    first_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [_field_name(name) for name in next(rows, [])]
        if "number" not in header:
            faults.append(Fault(_line(1), "there is no column «number»"))
            return
        faults.extend(
            Fault(_line(1), "the column «{name}» appears twice", name=name)
            for name, n in Counter(header).items()
            if n > 1
        )
        unknown.update(name for name in header if name not in FIELDS)
        line = rows.line_num + 1
        for row in rows:
            if len(row) > len(header):
                faults.append(
                    Fault(_line(line), "{cells} cells under {columns} columns", cells=len(row), columns=len(header))
                )
            elif any(cell.strip() for cell in row):
                yield _Record(_line(line), dict(zip(header, row, strict=False)))
            line = rows.line_num + 1
    except csv.Error as cause:
        faults.append(Fault(_line(rows.line_num), "this is not CSV ({reason})", reason=cause))


# JSON


def _json_records(text: str, unknown: set[str], faults: list[str]) -> Iterator[_Record]:
    try:
        content = json.loads(text, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as cause:
        faults.append(Text("this is not JSON ({reason})", reason=cause))
        return
    for place, item in enumerate(_objects(content), start=1):
        where = Text("entry {place}", place=place)
        if not isinstance(item, dict):
            faults.append(Fault(where, "is not an object"))
        elif "Attribute" in item:
            yield _misp_record(where, item, unknown, faults)
        else:
            named = {_field_name(str(name)): value for name, value in item.items()}
            unknown.update(name for name in named if name not in FIELDS)
            yield _Record(where, {name: _as_text(value, where, name, faults) for name, value in named.items()})


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    repeated = [name for name, n in Counter(name for name, _ in pairs).items() if n > 1]
    if repeated:
        raise ValueError(f"the key {repeated[0]!r} stands twice in one object")
    return dict(pairs)


def _objects(content: object) -> list[object]:
    """The entries: a plain list, or the interpol-notice objects of a MISP event, a list of such, or one of them."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        event = content.get("Event", content)
        inside = event.get("Object") if isinstance(event, dict) else None
        if isinstance(inside, list):
            return [item for item in inside if not isinstance(item, dict) or item.get("name") == "interpol-notice"]
    return [content]


def _as_text(value: object, where: str, name: str, faults: list[str]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    faults.append(Fault(where, "«{name}» is neither text, number nor a list of texts", name=name))
    return ""


def _misp_record(where: str, item: Mapping[str, object], unknown: set[str], faults: list[str]) -> _Record:
    texts: dict[str, str] = {"number": str(item.get("uuid") or "")}
    attributes = item["Attribute"]
    for attribute in attributes if isinstance(attributes, list) else []:
        relation = str(attribute.get("object_relation")) if isinstance(attribute, dict) else ""
        field = MISP_FIELDS.get(relation)
        if field is None:
            unknown.add(relation or "an attribute without a name")
            continue
        value = _as_text(attribute.get("value"), where, relation, faults)
        value = _height_in_cm(value) if field == "height_cm" else value
        texts[field] = f"{texts[field]};{value}" if field in texts else value
    return _Record(where, texts)


def _height_in_cm(text: str) -> str:
    """Notices write «1.62» or «1.62 meters»; ours is in centimetres."""
    metres = re.fullmatch(r"\s*([0-2])[.,](\d{1,2})\s*(m|metres?|meters?)?\s*", text)
    return str(int(metres[1]) * 100 + int(metres[2].ljust(2, "0"))) if metres else text


# One entry


class _EntryReader:
    """Understands the texts of one entry and gathers what is wrong with them."""

    def __init__(self, record: _Record, folder: Path) -> None:
        self.faults: list[str] = []
        self._record = record
        self._folder = folder

    def entry(self) -> RegisterEntry:
        """The entry as far as it can be understood; it counts only when there are no faults."""
        born = self._understood("date_of_birth", self._date)
        missing = self._understood("missing_since", self._date)
        if born and missing and missing < born:
            self._fault("{field} is before the date of birth", field="missing_since")
        number = self._text("number")
        if not number:
            self._fault("{field} is empty", field="number")
        return RegisterEntry(
            number=number,
            label=self._label(),
            sex=self._understood("sex", lambda text: SEXES[comparison_key(text)]) or "unknown",
            date_of_birth=born,
            nationality=self._countries("nationality"),
            missing_since=missing,
            place=self._text("place"),
            country=next(iter(self._countries("country", limit=1)), None),
            height_cm=self._understood("height_cm", self._height),
            eyes=self._text("eyes"),
            hair=self._text("hair"),
            marks=self._text("marks"),
            languages=self._list("languages"),
            photos=tuple(photo for name in self._photo_names() if (photo := self._photo(name))),
            where=self._record.where,
        )

    def _fault(self, source: str, **values: object) -> None:
        self.faults.append(Fault(self._record.where, source, **values))

    def _text(self, field: str) -> str:
        text = self._record.texts.get(field, "").strip()
        if len(text) > MAX_FIELD_CHARACTERS:
            self._fault(
                "{field} has {size} characters; at most {most} are taken",
                field=field,
                size=len(text),
                most=MAX_FIELD_CHARACTERS,
            )
            return ""
        if _CONTROLS.search(text):
            self._fault("{field} holds control characters", field=field)
            return ""
        return text

    def _list(self, field: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split(r"[;|]", self._text(field)) if part.strip())

    def _understood(self, field: str, read: Callable[[str], Value]) -> Value | None:
        text = self._text(field)
        if not text:
            return None
        try:
            return read(text)
        except (KeyError, ValueError):
            self._fault(
                "{field} '{text}' cannot be understood{expected}",
                field=field,
                text=text[:60],
                expected=_EXPECTED.get(field, ""),
            )
            return None

    def _date(self, text: str) -> date:
        parts = _DATE.fullmatch(text)
        if not parts:
            raise ValueError(text)
        day = date(int(parts[1]), int(parts[2]), int(parts[3]))
        if day < EARLIEST_BIRTH:
            raise ValueError(text)
        return day

    def _height(self, text: str) -> int:
        height = int(text)
        if height not in HEIGHTS_CM:
            raise ValueError(text)
        return height

    def _label(self) -> str:
        return self._text("label") or " ".join(filter(None, (self._text("family_name"), self._text("given_names"))))

    def _countries(self, field: str, limit: int = 10) -> tuple[str, ...]:
        names = self._list(field)
        if len(names) > limit:
            self._fault("{field} names {count} countries; at most {most}", field=field, count=len(names), most=limit)
        codes = []
        for name in names:
            code = country_code(name)
            if code is None:
                self._fault("{field} '{text}' is not an ISO 3166 country code", field=field, text=name[:60])
            else:
                codes.append(code)
        return tuple(codes)

    def _photo_names(self) -> tuple[str, ...]:
        names = self._list("photos")
        if len(names) > MAX_PHOTOS:
            self._fault("photos names {count} files; at most {most}", count=len(names), most=MAX_PHOTOS)
            return ()
        return names

    def _photo(self, name: str) -> Path | None:
        given = Path(name)
        if given.is_absolute() or "\\" in name or ".." in given.parts:
            self._fault(
                "photos '{path}' must be a path inside the register's folder, with / and without ..", path=name[:200]
            )
            return None
        folder = self._folder.resolve()
        try:
            photo = (folder / given).resolve(strict=True)
            size = photo.stat().st_size
        except (OSError, ValueError):
            self._fault("photos '{path}' is not there", path=name[:200])
            return None
        if not photo.is_relative_to(folder):
            self._fault("photos '{path}' is a link that leaves the register's folder", path=name[:200])
        elif not photo.is_file():
            self._fault("photos '{path}' is not a file", path=name[:200])
        elif not 0 < size <= MAX_PHOTO_BYTES:
            self._fault(
                "photos '{path}' has {size} bytes; 1 to {most} are taken",
                path=name[:200],
                size=size,
                most=MAX_PHOTO_BYTES,
            )
        else:
            return photo
        return None


_EXPECTED = {
    "sex": Text(": use F, M, X or U"),
    "date_of_birth": Text(": use year-month-day, from 1900"),
    "missing_since": Text(": use year-month-day, from 1900"),
    "height_cm": Text(": use whole centimetres, 20 to 250"),
}


def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a two- or three-letter code in any case; None where there is no such country."""
    code = text.strip().upper()
    if code in AGENCY_CODES:
        return code
    country = pycountry.countries.get(alpha_2=code) or pycountry.countries.get(alpha_3=code)
    return str(country.alpha_2) if country else None
