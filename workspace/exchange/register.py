"""Reads a register of missing children from a file of an agency: CSV, JSON, or MISP `interpol-notice` objects.

The fields are those of a yellow notice plus photos: paths beside the file, or base64 inside it. Every fault is named
with its line (CSV) or entry (JSON) and its field; an entry with a fault is not among the entries, and one whose photo
cannot be taken is there without that photo. Whether the others are taken is decided by whoever imports. This module
opens the register file and looks at the photos' names and sizes; it never decodes a photo, that is the sandbox's work.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import pycountry

from workspace.errors import Fault, Invalid, Text
from workspace.exchange.register_photos import (
    MAX_PHOTOS,
    FolderPhotos,
    InlinePhoto,
    PhotoFault,
    Photos,
    SentPhoto,
    SentPhotos,
    find_photos,
    photo_names,
)
from workspace.exchange.register_records import FileNotes, Record, decoded, readable, records
from workspace.exchange.text_files import BEGINNING_BYTES, other_file
from workspace.rules.comparison import comparison_key, search_key, trimmed
from workspace.rules.reasons import shows_something

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 200_000
MAX_FIELD_CHARACTERS = 4_000
MAX_FAULTS_LISTED = 1_000
EARLIEST_BIRTH = date(1900, 1, 1)
HEIGHTS_CM = range(20, 251)

SEXES = {
    "x": "other", "other": "other", "otro": "other", "non-binary": "other", "diverse": "other",
    **dict.fromkeys(("f", "f.", "fem", "female", "w", "woman", "girl", "mujer", "niña", "femenino", "femenina",
                     "femme", "fille", "féminin", "feminino"), "female"),
    **dict.fromkeys(("m", "m.", "masc", "male", "man", "boy", "hombre", "niño", "varón", "varon", "masculino",
                     "homme", "garçon", "masculin"), "male"),
}  # fmt: skip
"""By comparison key."""
NOT_STATED = frozenset({
    "u", "unknown", "unk", "unk.", "not known", "not stated", "not specified", "not available", "undetermined",
    "prefer not to say", "n/a", "n.a.", "na", "n/k", "nil", "none", "null", "nan", "-", "--", "?", "??", "???",
    "desconocido", "desconocida", "no consta", "se desconoce", "s/d", "n/d", "sin datos", "inconnu", "inconnue",
    "desconhecido", "desconhecida", "0000-00-00", "00.00.0000", "00/00/0000",
})  # fmt: skip
"""What is written, by comparison key, where a sex, day, country or height is not known. «Prefer not to say» is a value
of the MISP template."""

Value = TypeVar("Value")
AGENCY_CODES = {"XK": "XK", "XKX": "XK", "UK": "GB"}  # in use by agencies, absent from ISO 3166-1

_DATE = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:[t ](?:0{1,2}:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?am) ?(?:z|utc|[+-]\d{2}:?\d{2})?)?"
)
"""Year, month, day by comparison key, and midnight behind it, as spreadsheets and databases write a day. Another time
of
day is none of a birth, and refused: it could be another day elsewhere."""
_BASIC_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME_OF_DAY = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[t ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?")
"""A day with the local time at which somebody was missed."""
_DAY_NUMBER = re.compile(r"[1-5]\d{4}(?:[.,]0+)?")
"""A day as a spreadsheet counts it, from 1900 or from 1904: which of the two the file does not say."""
_AS_TEXT = re.compile(r'="([^"]*)"|\'(.*)', re.DOTALL)
"""What is written around a number so that a spreadsheet takes it for a text."""
_ROUNDED = re.compile(r"\d[.,]\d+e\+\d+")
"""As spreadsheets write a long number: its last digits are lost."""
_CENTIMETRES = re.compile(r"(\d+)(?:[.,]0+)? ?(?:cm)?")
_METRES = re.compile(r"([0-2])[.,](\d{1,2}) ?(?:m|metres?|meters?)?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class RegisterEntry:
    """One missing child as the agency's file states it; what the file leaves out is None or empty.

    `label` is what people read beside the number: the file's own label, else its names. Countries and nationalities are
    ISO 3166-1 alpha-2; `photos` are existing files inside the register's folder, or stand in the register itself.
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
    photos: tuple[Path | SentPhoto | InlinePhoto, ...]
    where: str


@dataclass(frozen=True)
class ReadRegister:
    """What was understood of a register: the entries that can be taken, and what is wrong with the others.

    faults: every one with its place; none if all of the file was understood. remarks: what was left aside without harm,
    as columns that are not ours.
    """

    entries: tuple[RegisterEntry, ...]
    remarks: tuple[str, ...]
    faults: tuple[str, ...] = ()

    def with_faults(self, faults: Sequence[str]) -> ReadRegister:
        """The same with further faults."""
        return replace(self, faults=(*self.faults, *faults))

    def require_whole(self, *, or_rest: bool = False) -> None:
        """Pass if all of the file can be taken, or (`or_rest`) something of it.

        Raises:
            Invalid: not so; `faults` lists each, `takable` says how many entries could be taken without them.
        """
        if self.faults and not (or_rest and self.entries):
            raise _refusal(self.faults, takable=len(self.entries))


@dataclass(frozen=True)
class SentRegister:
    """A register that came in one request with its photos; nothing of it is on a disk."""

    content: bytes
    photos: SentPhotos


def read_register(
    source: Path | SentRegister, *, today: date, on_record: Callable[[int, int], None] = lambda read, total: None
) -> ReadRegister:
    """Read a register file, whose photo paths are relative to its folder, or one that was sent. today: in the
    operation's zone. on_record: told after each record how many are read, and how many there are at most.

    Raises:
        Invalid: the file as a whole is none; `faults` says why.
    """
    notes = FileNotes()
    photos = FolderPhotos(source.parent) if isinstance(source, Path) else source.photos
    understood: list[tuple[RegisterEntry, bool]] = []
    faults: list[str] = []
    for record in records(_text_of(source), notes):
        reader = _EntryReader(record, photos, today)
        entry = reader.entry()
        understood.append((entry, not reader.faults))
        faults += reader.faults + reader.photo_faults
        on_record(len(understood), notes.total)
        if len(understood) > MAX_ENTRIES:
            raise _refusal([Text("the file has more than {most} entries", most=MAX_ENTRIES)])
    if notes.faults:
        raise _refusal(notes.faults)
    if not understood:
        raise _refusal([Text("the file holds no entry")])
    repeated = _repeated([entry for entry, _ in understood])
    faults += _repeated_numbers([entry for entry, _ in understood], repeated)
    return ReadRegister(
        tuple(entry for entry, is_whole in understood if is_whole and comparison_key(entry.number) not in repeated),
        tuple(Text("«{name}» is not a field of a register", name=readable(name)) for name in sorted(notes.unknown)),
        tuple(faults),
    )


def _refusal(faults: Sequence[str], *, takable: int = 0) -> Invalid:
    listed = list(faults[:MAX_FAULTS_LISTED])
    if len(faults) > len(listed):
        listed.append(Text("… and {count} more", count=len(faults) - len(listed)))
    return Invalid("The register was not taken. Faults: {count}.", count=len(faults), faults=listed, takable=takable)


def _text_of(source: Path | SentRegister) -> str:
    try:
        size = source.stat().st_size if isinstance(source, Path) else len(source.content)
        if size > MAX_FILE_BYTES:
            raise _refusal([Text("the file has {size} bytes; at most {most} are read", size=size, most=MAX_FILE_BYTES)])
        content = source.read_bytes() if isinstance(source, Path) else source.content
        if (told := other_file(content[:BEGINNING_BYTES])) is not None:
            raise _refusal([told])
        return decoded(content)
    except OSError as cause:
        raise _refusal([Text("the file cannot be opened: {reason}", reason=cause.strerror)]) from cause


def _repeated(entries: Sequence[RegisterEntry]) -> set[str]:
    counts = Counter(comparison_key(entry.number) for entry in entries if entry.number)
    return {key for key, n in counts.items() if n > 1}


def _repeated_numbers(entries: Sequence[RegisterEntry], repeated: set[str]) -> Iterator[str]:
    for entry in entries:
        if comparison_key(entry.number) in repeated:
            yield Fault(entry.where, "the number '{number}' appears more than once", number=entry.number)


class _EntryReader:
    """Understands the texts of one entry and gathers what is wrong with them, with its photos apart."""

    def __init__(self, record: Record, photos: Photos, today: date) -> None:
        self.faults: list[str] = list(record.faults)
        self.photo_faults: list[str] = []
        self._record = record
        self._photos = photos
        self._today = today

    def entry(self) -> RegisterEntry:
        """The entry as far as it can be understood; it counts only when there are no faults."""
        born = self._day("date_of_birth")
        missing = self._day("missing_since")
        if born and missing and missing < born:
            self._fault("{field} is before the date of birth", field="missing_since")
        return RegisterEntry(
            number=self._number(),
            label=self._label(),
            sex=self._understood("sex", lambda text: SEXES[comparison_key(text)]) or "unknown",
            date_of_birth=born,
            nationality=self._countries("nationality"),
            missing_since=missing,
            place=self._text("place"),
            country=next(iter(self._countries("country", limit=1)), None),
            height_cm=self._understood("height_cm", _height),
            eyes=self._text("eyes"),
            hair=self._text("hair"),
            marks=self._text("marks"),
            languages=self._list("languages"),
            photos=self._found_photos(),
            where=self._record.where,
        )

    def _fault(self, source: str, **values: object) -> None:
        self.faults.append(Fault(self._record.where, source, **values))

    def _text(self, field: str) -> str:
        text = trimmed(self._record.texts.get(field, ""))
        if len(text) > MAX_FIELD_CHARACTERS:
            self._fault(
                "{field} has {size} characters; at most {most} are taken",
                field=field,
                size=len(text),
                most=MAX_FIELD_CHARACTERS,
            )
        elif _CONTROLS.search(text):
            self._fault("{field} holds control characters", field=field)
        elif (told := readable(text)) != text:
            self._fault("{field} '{text}' is not UTF-8: save the file as UTF-8", field=field, text=told[:60])
        elif shows_something(text):
            return text
        return ""

    def _list(self, field: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split(r"[;|]", self._text(field)) if part.strip())

    def _understood(self, field: str, read: Callable[[str], Value]) -> Value | None:
        text = self._text(field)
        if not text or comparison_key(text) in NOT_STATED:
            return None
        try:
            return read(text)
        except (KeyError, ValueError):
            if read in (_date, _missed) and _DAY_NUMBER.fullmatch(text):
                self._fault(
                    "{field} '{text}' is a spreadsheet's count of days: format the column as year-month-day, "
                    "and save the file again",
                    field=field,
                    text=text,
                )
                return None
            self._fault(
                "{field} '{text}' cannot be understood{expected}",
                field=field,
                text=text[:60],
                expected=_EXPECTED.get(field, ""),
            )
            return None

    def _number(self) -> str:
        number = self._text("number")
        if written := _AS_TEXT.fullmatch(number):
            number = trimmed(written[1] or written[2] or "")
        if not number and not self._record.faults:
            self._fault("{field} is empty", field="number")
        if _ROUNDED.fullmatch(comparison_key(number)):
            self._fault(
                "{field} {text} is written with an exponent, so its digits are not known: write it as text",
                field="number",
                text=number[:60],
            )
        return number

    def _day(self, field: str) -> date | None:
        day = self._understood(field, _missed if field == "missing_since" else _date)
        if day and day > self._today:
            self._fault("{field} '{text}' is in the future", field=field, text=day.isoformat())
        return day

    def _label(self) -> str:
        return self._text("label") or " ".join(filter(None, (self._text("family_name"), self._text("given_names"))))

    def _countries(self, field: str, limit: int = 10) -> tuple[str, ...]:
        # «EC, PE» and «EC/PE» are two; «Korea, Republic of» is one, «N/A» none, and «NA» Namibia.
        names = [part for name in self._list(field) for part in _countries_listed(name)]
        if len(names) > limit:
            self._fault("{field} names {count} countries; at most {most}", field=field, count=len(names), most=limit)
        codes = []
        for name in names:
            code = country_code(name)
            if code is None:
                self._fault("{field} '{text}' is not an ISO 3166 country code", field=field, text=name[:60])
            elif code not in codes:
                codes.append(code)
        return tuple(codes)

    def _found_photos(self) -> tuple[Path | SentPhoto | InlinePhoto, ...]:
        names = photo_names(self._record.texts.get("photos", ""))
        if len(names) > MAX_PHOTOS:
            self._fault("photos names {count} files; at most {most}", count=len(names), most=MAX_PHOTOS)
            return ()
        found: list[Path | SentPhoto | InlinePhoto] = []
        for place, name in enumerate(names, start=1):
            try:
                found += find_photos(self._photos, name, place)
            except PhotoFault as fault:
                self.photo_faults.append(Fault(self._record.where, fault.why.source, **fault.why.values))
        return tuple(found)


_EXPECTED = {
    "sex": Text(": use F, M, X or U"),
    "date_of_birth": Text(": use year-month-day, from 1900"),
    "missing_since": Text(": use year-month-day, from 1900"),
    "height_cm": Text(": use whole centimetres, 20 to 250"),
}


def _date(text: str) -> date:
    key = comparison_key(text)
    if parts := _DATE.fullmatch(key):
        day = date(int(parts[1]), int(parts[3]), int(parts[4]))
    elif parts := _BASIC_DATE.fullmatch(key):
        day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    else:
        raise ValueError(text)
    if day < EARLIEST_BIRTH:
        raise ValueError(text)
    return day


def _missed(text: str) -> date:
    """A day, also with a time of day."""
    timed = _TIME_OF_DAY.fullmatch(comparison_key(text))
    return _date(timed[1] if timed else text)


def _height(text: str) -> int:
    """Centimetres; notices write «1.62» or «1.62 meters»."""
    key = comparison_key(text)
    if metres := _METRES.fullmatch(key):
        height = int(metres[1]) * 100 + int(metres[2].ljust(2, "0"))
    elif centimetres := _CENTIMETRES.fullmatch(key):
        height = int(centimetres[1])
    else:
        raise ValueError(text)
    if height not in HEIGHTS_CM:
        raise ValueError(text)
    return height


def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a two- or three-letter code, or of the name that the standard gives, in any case;
    None where there is no such country."""
    code = comparison_key(text).upper()
    if code in AGENCY_CODES:
        return AGENCY_CODES[code]
    country = pycountry.countries.get(alpha_2=code) or pycountry.countries.get(alpha_3=code)
    return str(country.alpha_2) if country else _countries_by_name().get(search_key(text))


def _countries_listed(text: str) -> Sequence[str]:
    if country_code(text):
        return [text]
    parts = [] if comparison_key(text) in NOT_STATED else [part.strip() for part in re.split("[,/]", text)]
    return [part for part in parts if part and (country_code(part) or comparison_key(part) not in NOT_STATED)]


@cache
def _countries_by_name() -> dict[str, str]:
    names = ("name", "common_name", "official_name")
    return {
        search_key(getattr(country, name)): str(country.alpha_2)
        for country in pycountry.countries
        for name in names
        if hasattr(country, name)
    }
