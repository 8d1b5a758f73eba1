"""The records of a register file, before they are understood: CSV as spreadsheets and databases write it, JSON, and
MISP `interpol-notice` objects.

One line, cell or byte that cannot be read is a fault of its own record; the others are read. Only a file that is no
register as a whole is refused here. Must not know what a field means.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from workspace.errors import Fault, Text
from workspace.exchange.text_files import BEGINNING_BYTES, encoding_of
from workspace.rules.comparison import comparison_key, search_key
from workspace.rules.reasons import shows_something

FIELDS = (
    "number", "label", "given_names", "family_name", "sex", "date_of_birth", "nationality", "missing_since", "place",
    "country", "height_cm", "eyes", "hair", "marks", "languages", "photos",
)  # fmt: skip

# MISP misp-objects `interpol-notice` v1, object_relation (folded) -> our field.
MISP_FIELDS = {
    "present-family-name": "family_name", "forename": "given_names", "sex": "sex", "date-of-birth": "date_of_birth",
    "nationality": "nationality", "date-of-disappearance": "missing_since", "place-of-disappearance": "place",
    "height": "height_cm", "colour-of-eyes": "eyes", "colour-of-hair": "hair", "language-spoken": "languages",
    "distinguishing-marks-and-characteristics": "marks", "portrait": "photos",
}  # fmt: skip
COLUMNS = {
    "first_name": "given_names", "first_names": "given_names", "given_name": "given_names", "forename": "given_names",
    "forenames": "given_names", "nombres": "given_names", "last_name": "family_name", "surname": "family_name",
    "family_names": "family_name", "apellidos": "family_name", "gender": "sex", "sexo": "sex", "dob": "date_of_birth",
    "birth_date": "date_of_birth", "birthdate": "date_of_birth", "born": "date_of_birth",
    "fecha_de_nacimiento": "date_of_birth", "nationalities": "nationality", "nacionalidad": "nationality",
    "date_missing": "missing_since", "date_of_disappearance": "missing_since",
    "fecha_de_desaparicion": "missing_since", "place_of_disappearance": "place", "lugar": "place",
    "eye_colour": "eyes", "eye_color": "eyes", "hair_colour": "hair", "hair_color": "hair", "language": "languages",
    "photo": "photos", "photograph": "photos", "photographs": "photos", "picture": "photos", "pictures": "photos",
    "image": "photos", "images": "photos", "portrait": "photos", "portraits": "photos", "foto": "photos",
    "fotos": "photos", "numero": "number", "name": "label", "full_name": "label",
}  # fmt: skip
"""Other names of our columns, as registers in use have them; where a file has ours too, ours counts."""
INLINE = "data:;base64,"
"""How a photo that stands in the file itself is written among the photos' names (RFC 2397)."""
_BETWEEN = re.compile(r"[\s,]*")
_BEGINS_JSON = re.compile(r"\s*(?:\{|\[\s*(?:[\[{\"\d\]]|$))")
_OPEN_DATA = re.compile(r"\s*data:[\w.+/;=-]{0,100}", re.IGNORECASE)
"""The beginning of a photo that stands in the file, up to its comma."""
HEADER_WITHIN = 20
"""Titles and empty lines may stand above a header; it is looked for in so many lines."""
DELIMITERS = ",;\t|"

csv.field_size_limit(64 << 20)  # a cell may hold a whole photo; the file itself is bounded before


@dataclass(frozen=True)
class Record:
    """One entry: where it stands, its texts by field, and what of it could not be read."""

    where: Text
    texts: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass
class FileNotes:
    """What a file says besides its records. unknown: columns that are not ours. faults: of no record. total: how many
    records there are at most."""

    unknown: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    total: int = 0


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 as Excel's «Unicode text». A byte that is neither becomes half of a
    surrogate pair, so that only the field in which it stands cannot be understood."""
    encoding = encoding_of(content[:BEGINNING_BYTES])
    if encoding != "utf-8-sig":
        return content.decode(encoding, "replace").removeprefix("\ufeff")
    return content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def readable(text: str) -> str:
    """The text with a replacement character for what is none, so that it can be told."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def records(text: str, notes: FileNotes) -> Iterator[Record]:
    """The records of a register file."""
    return (_json_records if _BEGINS_JSON.match(text) else _csv_records)(text, notes)


def line(number: int) -> Text:
    """Where a fault stands in a CSV file."""
    return Text("line {line}", line=number)


def _field_names(headers: Sequence[str]) -> list[str]:
    """The headers in our spelling: «Date of birth», «DATE-OF-BIRTH» and «date_of_birth» are one, and «DOB» too."""
    names = [re.sub(r"[ _-]+", "_", search_key(header)) for header in headers]
    meant = Counter(COLUMNS.get(name, name) for name in names)
    return [name if meant[COLUMNS.get(name, name)] > 1 else COLUMNS.get(name, name) for name in names]


# CSV


def _csv_records(text: str, notes: FileNotes) -> Iterator[Record]:
    lines = list(io.StringIO(text, newline=""))
    found = _header(lines)
    if found is None:
        notes.faults.append(Fault(line(1), "there is no column «number»"))
        return
    start, delimiter, header = found
    doubled = Counter(header)
    notes.faults.extend(
        Fault(line(start + 1), "the column «{name}» appears twice", name=name)
        for name, n in doubled.items()
        if n > 1 and name in FIELDS
    )
    if notes.faults:
        return
    notes.unknown.update(name for name in header if name and name not in FIELDS)
    notes.total = len(lines) - start - 1
    for place, row, is_doubtful in _rows(lines, start + 1, delimiter):
        where = line(place + 1)
        if row is None:
            yield Record(where, {}, (Fault(where, "a quotation mark stands where none can stand, or has no end"),))
        elif is_doubtful and len(row) != len(header):
            yield Record(where, {}, (Fault(where, "cannot be read after the line with the wrong quotation mark"),))
        elif any(map(shows_something, row)):
            row = _with_whole_photos(row, delimiter)
            yield Record(where, _texts(header, row), tuple(_strange_cells(where, header, row)))


def _header(lines: Sequence[str]) -> tuple[int, str, list[str]] | None:
    """The header's place among the lines, the delimiter, and the columns in our spelling. None: there is no column
    «number». A line «sep=;» above it, as Excel writes, names the delimiter."""
    stated = ""
    for place, content in enumerate(lines[:HEADER_WITHIN]):
        if named := re.fullmatch(r'"?sep=(.)"?\s*', content, re.IGNORECASE):
            stated = named[1]
            continue
        for delimiter in stated + "".join(sorted(DELIMITERS, key=content.count, reverse=True)):
            reader = csv.reader(lines[place : place + HEADER_WITHIN], delimiter=delimiter, strict=True)
            try:
                cells = next(reader, [])
            except csv.Error:
                cells = next(csv.reader([content], delimiter=delimiter), [])
            names = _field_names(cells)
            if "number" in names:
                return place + max(0, reader.line_num - 1), delimiter, names
    return None


def _rows(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str] | None, bool]]:
    """Each row with the place of its first line. None for a line whose quotation marks are wrong: reading goes on with
    the next line, and the rows up to where the wrong mark had led are doubtful."""
    doubtful_until = start
    while start < len(lines):
        rows = csv.reader(_from(lines, start), delimiter=delimiter, strict=True)
        first = start
        try:
            for row in rows:
                yield start, row, start < doubtful_until
                start = first + rows.line_num
            return
        except csv.Error:
            yield start, None, False
            doubtful_until = max(doubtful_until, first + rows.line_num)
            start += 1


def _from(lines: Sequence[str], start: int) -> Iterator[str]:
    return (lines[place] for place in range(start, len(lines)))


def _with_whole_photos(row: list[str], delimiter: str) -> list[str]:
    """The cells, with what a delimiter inside of `data:image/jpeg;base64,…` has parted put together again."""
    whole: list[str] = []
    for cell in row:
        before = whole[-1] if whole else ""
        if _OPEN_DATA.fullmatch(before) and (delimiter == "," or "," in cell or _OPEN_DATA.fullmatch("data:" + cell)):
            whole[-1] = before + delimiter + cell
        else:
            whole.append(cell)
    return whole


def _texts(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(header, row, strict=False) if name in FIELDS}


def _strange_cells(where: Text, header: Sequence[str], row: Sequence[str]) -> Iterator[Fault]:
    """Cells with something in them that stand under no column; empty ones, as programs write behind a row, are none."""
    while header and not header[-1]:
        header = header[:-1]
    if any(map(shows_something, row[len(header) :])):
        yield Fault(where, "{cells} cells under {columns} columns", cells=len(row), columns=len(header))
    for place, (name, cell) in enumerate(zip(header, row, strict=False), start=1):
        if not name and shows_something(cell):
            yield Fault(where, "column {place} has no name but holds «{text}»", place=place, text=readable(cell[:60]))


# JSON


@dataclass(frozen=True)
class _Number:
    """A number of a JSON file, as it is written."""

    written: str

    @property
    def exact(self) -> str | None:
        """Its digits, without the fraction of a whole number; None where the file gives no exact ones (1e21)."""
        if re.search("[eE]", self.written):
            return None
        value = Decimal(self.written)
        return self.written.split(".")[0] if value == value.to_integral_value() else self.written


class _Object(dict[str, object]):
    """An object of a JSON file; `twice` are the keys that stand in it more than once."""

    twice: tuple[str, ...] = ()


def _json_records(text: str, notes: FileNotes) -> Iterator[Record]:
    objects, broken = _json_objects(text)
    if broken is not None and not objects:
        notes.faults.append(Text("this is not JSON ({reason})", reason=broken))
        return
    notes.total = len(objects)
    for place, item in enumerate(objects, start=1):
        where = Text("entry {place}", place=place)
        if not isinstance(item, _Object):
            yield Record(where, {}, (Fault(where, "is not an object"),))
        elif "Attribute" in item:
            yield _misp_record(where, item, notes)
        else:
            yield _json_record(where, item, notes)
    if broken is not None:
        where = Text("entry {place}", place=len(objects) + 1)
        yield Record(where, {}, (Fault(where, "from here on this is not JSON ({reason})", reason=broken),))


def _json_objects(text: str) -> tuple[list[object], Exception | None]:
    """The entries of a file, and why it could not be read to its end: of a list that breaks off, and of objects one
    behind the other, those before."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, parse_float=_Number, parse_int=_Number, parse_constant=_nothing
    )
    at, found = _next_value(text, 0), list[object]()
    try:
        whole, end = decoder.raw_decode(text, at)
        rest = _next_value(text, end)
        if rest == len(text):
            return _objects(whole), None
        if not isinstance(whole, dict):
            return _objects(whole), ValueError(f"something stands behind its end: char {rest}")
        found, at = [whole], rest
    except (ValueError, RecursionError) as cause:
        if not text.startswith("[", at):
            return [], cause
        at = _next_value(text, at + 1)
    while at < len(text) and text[at] != "]":
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as cause:
            return found, cause
        found.append(value)
        at = _next_value(text, end)
    return found, None if at < len(text) or not text.lstrip().startswith("[") else ValueError("it breaks off")


def _next_value(text: str, at: int) -> int:
    """Where the next value begins, behind white space and commas."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    made.twice = tuple(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
    return made


def _nothing(written: str) -> str:
    """What NaN and Infinity say of a person."""
    return ""


def _objects(content: object) -> list[object]:
    """The entries: a plain list, or the interpol-notice objects of a MISP event, a list of such, or one of them."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        event = content.get("Event", content)
        inside = event.get("Object") if isinstance(event, dict) else None
        if isinstance(inside, list):
            return [item for item in inside if not isinstance(item, dict) or item.get("name") == "interpol-notice"]
        lists = [value for value in content.values() if isinstance(value, list) and _are_objects(value)]
        if len(lists) == 1 and not set(FIELDS) & set(_field_names(list(content))) and "Attribute" not in content:
            return list(lists[0])
    return [content]


def _are_objects(values: list[object]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


def _json_record(where: Text, item: _Object, notes: FileNotes) -> Record:
    faults = [Fault(where, "the key «{name}» stands twice in one object", name=name) for name in item.twice]
    texts: dict[str, str] = {}
    for name, value in zip(_field_names(list(item)), item.values(), strict=True):
        if name in FIELDS:
            _put(texts, name, _as_text(value, where, name, faults), faults, where)
        else:
            notes.unknown.add(name)
    return Record(where, texts, tuple(faults))


def _put(texts: dict[str, str], name: str, text: str, faults: list[Fault], where: Text) -> None:
    if name in texts and texts[name] != text:
        faults.append(Fault(where, "the key «{name}» stands twice in one object", name=name))
    texts[name] = text


def _as_text(value: object, where: Text, name: str, faults: list[Fault]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, _Number):
        if value.exact is None:
            faults.append(
                Fault(
                    where,
                    "{field} {text} is written with an exponent, so its digits are not known: write it as text",
                    field=name,
                    text=value.written[:60],
                )
            )
        return value.exact or ""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    faults.append(Fault(where, "«{name}» is neither text, number nor a list of texts", name=name))
    return ""


def _misp_record(where: Text, item: _Object, notes: FileNotes) -> Record:
    faults: list[Fault] = []
    texts: dict[str, str] = {"number": str(item.get("uuid") or "")}
    attributes = item["Attribute"]
    for attribute in attributes if isinstance(attributes, list) else []:
        relation = str(attribute.get("object_relation")) if isinstance(attribute, dict) else ""
        name = MISP_FIELDS.get(comparison_key(relation))
        if name is None:
            notes.unknown.add(relation or "an attribute without a name")
            continue
        data = attribute.get("data") if name == "photos" else None
        value = f"{INLINE}{data}" if isinstance(data, str) else _as_text(attribute.get("value"), where, name, faults)
        texts[name] = f"{texts[name]};{value}" if name in texts else value
    return Record(where, texts, tuple(faults))
