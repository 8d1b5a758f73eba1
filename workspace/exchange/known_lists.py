"""Reads a list of hashes of known files from CSV, as other systems write it: with a header that names its columns, or
one hash a line.

Each hash that cannot be taken is named with its line; the others of the file can be taken without it. It reads line by
line: a list may be larger than memory would hold as text. Must not decide what a hash means.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from workspace.errors import Fault, Invalid, Text
from workspace.rules.comparison import comparison_key
from workspace.rules.known import ALGORITHMS, HASH_BYTES, MOST_HASHES, OF_NOTHING, Algorithm, KnownHash, Meaning
from workspace.rules.register_imports import MOST_KEPT_FAULTS

NAMES: Mapping[Algorithm, str] = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "pdq": "PDQ"}
BY_LENGTH: Mapping[int, Algorithm] = {32: "md5", 40: "sha1", 64: "sha256"}
"""What a hash without a header is by its hexadecimal digits; PDQ has as many as SHA-256 and needs a header."""
ALGORITHM_COLUMNS = ("algorithm", "hashname", "hashtype", "type")
VALUE_COLUMNS = ("digest", "hash", "hashvalue", "value")
CATEGORY_COLUMN = "category"
LARGEST_CATEGORY = (1 << 31) - 1
DELIMITERS = ",;\t|"
BEGINNING_BYTES = 4096

_HEX = re.compile("[0-9a-fA-F]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


Mark = tuple[Meaning | None, int | None]
"""Of a hash: its meaning where it differs from the list's, and its category's number."""


@dataclass
class ReadList:
    """What was understood of a list: its hashes, and what is wrong with the rest. marks: by algorithm and digest, each
    once: some 150 bytes each. fault_count: of all faults, of which `faults` are the first. doubles: hashes that stood
    there before."""

    marks: dict[int, dict[bytes, Mark]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0
    doubles: int = 0
    _same: dict[Mark, Mark] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.marks.values()))

    def hashes(self) -> Iterator[KnownHash]:
        """Every hash once."""
        for algorithm, digests in self.marks.items():
            for digest, (meaning, category) in digests.items():
                yield KnownHash(algorithm, digest, meaning, category)

    def add(self, hashes: Sequence[KnownHash]) -> None:
        """Take the hashes of one line. Raises: Invalid (there are too many)."""
        for each in hashes:
            digests = self.marks.setdefault(each.algorithm, {})
            self.doubles += each.digest in digests
            mark = (each.meaning, each.category)
            digests.setdefault(each.digest, self._same.setdefault(mark, mark))
        if len(self) > MOST_HASHES:
            raise Invalid(
                "The list was not taken.",
                faults=[Fault("file", "at most {most} hashes are one list: split it", most=MOST_HASHES)],
            )

    def refuse(self, faults: Sequence[str]) -> None:
        """Note what is wrong with one line."""
        self.fault_count += len(faults)
        self.faults += faults[: MOST_KEPT_FAULTS - len(self.faults)]

    def note_doubles(self) -> None:
        """Say how many hashes stood there more than once."""
        if self.doubles:
            self.remarks.append(Text("hashes that stand there more than once: {count}", count=self.doubles))


@dataclass(frozen=True)
class _Columns:
    """Where the hashes stand. by_place: the algorithm of a column; pair: columns of an algorithm's name and of the
    hash; category: the column of the number that the list gives."""

    by_place: Mapping[int, Algorithm]
    pair: tuple[int, int] | None = None
    alone: int = 0
    category: int | None = None


def read_hashes(file: IO[bytes], *, on_line: Callable[[int], None] = lambda read: None) -> ReadList:
    """Read a list. on_line: told after each line how many were read.

    Raises:
        Invalid: the file as a whole is no list; `faults` says why.
    """
    found = ReadList()
    columns: _Columns | None = None
    for number, row in _rows(file):
        if not any(map(str.strip, row)):
            continue
        if columns is None:
            columns = _columns(row, found)
            if columns is not None and not _holds_hash(row):
                continue
            columns = columns or _Columns({})
        hashes, faults = _hashes(Text("line {line}", line=number), row, columns)
        if faults:
            found.refuse(faults)
        else:
            found.add(hashes)
        on_line(number)
    if columns is None:
        raise Invalid("The list was not taken.", faults=[Fault("file", "there is no line in it")])
    found.note_doubles()
    return found


def digest_of(algorithm: Algorithm, value: str) -> bytes:
    """The bytes of a hash in hexadecimal digits.

    Raises:
        ValueError: with the Fault that says what is wrong, at the algorithm's name.
    """
    name, size = NAMES[algorithm], HASH_BYTES[algorithm]
    if not _HEX.fullmatch(value):
        raise ValueError(Fault(name, "«{value}» is not hexadecimal", value=value[:80]))
    if len(value) != 2 * size:
        raise ValueError(
            Fault(
                name,
                "has {count} digits where it has {size}: «{value}»",
                count=len(value),
                size=2 * size,
                value=value[:80],
            )
        )
    digest = bytes.fromhex(value)
    if (ALGORITHMS[algorithm], digest) in OF_NOTHING:
        raise ValueError(Fault(name, "is that of an empty file or picture, which is known to nobody"))
    return digest


def _rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The lines of the file with their numbers.

    Raises:
        Invalid: it is no text.
    """
    encoding, delimiter = _form(file)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    reader = csv.reader(text, delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as fault:
        where = Text("line {line}", line=reader.line_num)
        raise Invalid("The list was not taken.", faults=[Fault(where, "no CSV: {why}", why=str(fault))]) from fault
    finally:
        text.detach()


def _form(file: IO[bytes]) -> tuple[str, str]:
    """How a file of lines is encoded, and what stands between its columns, by its beginning.

    Raises:
        Invalid: it is no text.
    """
    file.seek(0)
    beginning = file.read(BEGINNING_BYTES)
    file.seek(0)
    encoding = "utf-16" if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = beginning.decode(encoding, "replace")
    if "\x00" in text:
        raise Invalid("The list was not taken.", faults=[Fault("file", "it is no text: send CSV")])
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    return encoding, max(DELIMITERS, key=first.count)


def _columns(row: Sequence[str], found: ReadList) -> _Columns | None:
    """Where the first line says that the hashes stand; None if it is no header."""
    names = [_NOT_WORD.sub("", comparison_key(cell)) for cell in row]
    by_place = {place: name for place, each in enumerate(names) for name in ALGORITHMS if each == name}
    algorithms = [place for place, each in enumerate(names) if each in ALGORITHM_COLUMNS]
    values = [place for place, each in enumerate(names) if each in VALUE_COLUMNS]
    pair = (algorithms[0], values[0]) if algorithms and values else None
    alone = values[0] if values and not pair and not by_place else None
    if not by_place and pair is None and alone is None:
        return None
    category = names.index(CATEGORY_COLUMN) if CATEGORY_COLUMN in names else None
    used = {*by_place, *(pair or ()), *(place for place in (alone, category) if place is not None)}
    if strange := [cell.strip() for place, cell in enumerate(row) if place not in used and cell.strip()]:
        found.remarks.append(Text("left aside: {names}", names=[each[:80] for each in strange[:20]]))
    return _Columns(by_place, pair, alone or 0, category)


def _holds_hash(row: Sequence[str]) -> bool:
    return any(len(cell.strip()) in BY_LENGTH and _HEX.fullmatch(cell.strip()) for cell in row)


def _hashes(where: Text, row: Sequence[str], columns: _Columns) -> tuple[list[KnownHash], list[str]]:
    """The hashes of one line, or what is wrong with it: a line with a fault is not taken in part."""
    hashes: list[KnownHash] = []
    faults: list[str] = []
    category: int | None = None
    given = row[columns.category].strip() if columns.category is not None and columns.category < len(row) else ""
    if given:
        if given.isdecimal() and given.isascii() and int(given) <= LARGEST_CATEGORY:
            category = int(given)
        else:
            faults.append(Fault(where, "category: «{value}» is no whole number", value=given[:80]))
    for name, value in _cells(row, columns):
        try:
            algorithm = _algorithm(name, value)
            hashes.append(KnownHash(ALGORITHMS[algorithm], digest_of(algorithm, value), category=category))
        except ValueError as wrong:
            (fault,) = wrong.args
            faults.append(Fault(where, "{fault}", fault=fault))
    if not hashes and not faults:
        faults.append(Fault(where, "there is no hash"))
    return hashes, faults


def _cells(row: Sequence[str], columns: _Columns) -> Iterator[tuple[str | None, str]]:
    """The cells with a hash, each with the algorithm that the file says it is."""
    cells = [cell.strip() for cell in row]
    for place, algorithm in columns.by_place.items():
        if place < len(cells) and cells[place]:
            yield algorithm, cells[place]
    if columns.pair is not None and max(columns.pair) < len(cells) and cells[columns.pair[1]]:
        yield cells[columns.pair[0]], cells[columns.pair[1]]
    if not columns.by_place and columns.pair is None:
        yield from ((None, cell) for cell in cells[columns.alone : columns.alone + 1] if cell)


def _algorithm(said: str | None, value: str) -> Algorithm:
    """Which algorithm a hash is of. Raises: ValueError, with the Fault."""
    if said is None:
        if len(value) in BY_LENGTH:
            return BY_LENGTH[len(value)]
        raise ValueError(Fault("hash", "has {count} digits: no MD5, SHA-1 or SHA-256", count=len(value)))
    name = _NOT_WORD.sub("", comparison_key(said))
    for algorithm in ALGORITHMS:
        if name == algorithm:
            return algorithm
    raise ValueError(Fault("hash", "«{value}» is no algorithm that is read here", value=said[:80]))
