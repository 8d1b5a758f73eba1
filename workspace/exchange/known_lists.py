"""Reads a list of hashes of known files, as other systems write it: CSV with a header that names its columns, or lines
with a hash in each, as programs that compute them print.

Each hash that cannot be taken is named with its line; the others, of the line too, can be taken without it. It reads
line by line: a list may be larger than memory would hold as text. Must not decide what a hash means.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO

from workspace.errors import Fault, Invalid, Text
from workspace.exchange.known_lines import Line, hashes_in, lines_of, plain_cell
from workspace.exchange.text_files import BEGINNING_BYTES, encoding_of, other_file
from workspace.rules.comparison import comparison_key, trimmed
from workspace.rules.known import ALGORITHMS, HASH_BYTES, MOST_HASHES, OF_NOTHING, Algorithm, KnownHash, Meaning
from workspace.rules.register_imports import MOST_KEPT_FAULTS

NAMES: Mapping[Algorithm, str] = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "pdq": "PDQ"}
BY_LENGTH: Mapping[int, Algorithm] = {32: "md5", 40: "sha1", 64: "sha256"}
"""What a hash without a header is by its hexadecimal digits; PDQ has as many as SHA-256 and needs a header."""
ALGORITHM_COLUMNS = frozenset({"algorithm", "hashalgorithm", "hashname", "hashtype", "type"})
VALUE_COLUMNS = frozenset({"digest", "hash", "hashvalue", "value", "checksum"})
CATEGORY_COLUMN = "category"
QUALITY_COLUMNS = frozenset({"quality", "pdqquality", "hashquality"})
LEAST_QUALITY = 50
"""A PDQ hash of a lower quality means too little to be compared (PDQ's reference implementation)."""
LARGEST_CATEGORY = (1 << 31) - 1
DELIMITERS = ",;\t|"
HEADER_WITHIN = 20
"""Titles and notes may stand above a header; it is looked for in so many lines."""

_ALGORITHM = r"(md5|sha1|sha256|sha2256|pdq)"
_BESIDE = "(?:hash|file|media|item|image|original|checksum|sum|digest|value|hex|of|the|code)*"
_NAMED = re.compile(_BESIDE + _ALGORITHM + _BESIDE)
"""«MD5 Hash», «Hash (SHA-256)», «file_md5»: a column's name without its signs."""
_SAID_BEFORE = re.compile(r"\s*(md5|sha-?1|sha2?-?256|pdq)\s*[(:= ]", re.IGNORECASE)
"""A line that says its algorithm itself: «MD5 (a.jpg) = …», «sha256:…»."""
_FRAME = re.compile(r"\s*([0-9a-f]{64}),(\d{1,3}),\d+(?:\.\d+)?\s*", re.IGNORECASE)
"""A frame of a video as vPDQ lists them: hash, quality, second."""
_NOTE = re.compile(r"\s*(?:#|%%%%|//|sep=)")
_HASHDEEP = "%%%% "
_SEPARATOR = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)
_CATEGORY = re.compile(r"([0-9]{1,10})(?:\.0+)?")
_HEX = re.compile("[0-9a-fA-F]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


Mark = tuple[Meaning | None, int | None]
"""Of a hash: its meaning where it differs from the list's, and its category's number."""


@dataclass
class ReadList:
    """What was understood of a list: its hashes, and what is wrong with the rest. marks: by algorithm and digest, each
    once: some 150 bytes each. fault_count: of all faults, of which `faults` are the first. doubles: hashes that stood
    there before; weak: hashes of pictures that are not compared for their quality."""

    marks: dict[int, dict[bytes, Mark]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0
    doubles: int = 0
    weak: int = 0
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
        if self.weak:
            self.remarks.append(
                Text("left aside, for a quality below {least}: {count} PDQ", least=LEAST_QUALITY, count=self.weak)
            )


@dataclass(frozen=True)
class _Columns:
    """Where the hashes stand. by_place: the algorithm of a column; pair: columns of an algorithm's name and of the
    hash; alone: the column of hashes that say no algorithm; category, quality: the columns of these numbers."""

    by_place: Mapping[int, Algorithm]
    pair: tuple[int, int] | None = None
    alone: int | None = None
    category: int | None = None
    quality: int | None = None


NO_HEADER = _Columns({})


def read_hashes(file: IO[bytes], *, on_line: Callable[[int], None] = lambda read: None) -> ReadList:
    """Read a list. on_line: told after each line how many were read.

    Raises:
        Invalid: the file as a whole is no list; `faults` says why.
    """
    found = ReadList()
    form = _form(file)
    columns = form.columns or NO_HEADER
    is_empty = True
    for line in lines_of(file, form.encoding, form.delimiter):
        if not any(map(str.strip, line.cells)):
            continue
        is_empty = False
        if line.number <= form.begins_behind or _NOTE.match(line.text):
            continue
        if form.has_words_for_categories and columns.category is not None:
            columns = replace(columns, category=None)
        _take(Text("line {line}", line=line.number), line, columns, found)
        on_line(line.number)
    if is_empty:
        raise Invalid("The list was not taken.", faults=[Fault("file", "there is no line in it")])
    if form.left_aside:
        found.remarks.append(Text("left aside: {names}", names=[each[:80] for each in form.left_aside[:20]]))
    found.note_doubles()
    return found


def _take(where: Text, line: Line, columns: _Columns, found: ReadList) -> None:
    """The hashes of one line, and what is wrong with it."""
    try:
        category = _category(where, line, columns)
        cells = list(_cells(line, columns))
    except ValueError as wrong:
        return found.refuse(list(wrong.args))
    hashes: list[KnownHash] = []
    faults: list[str] = []
    weak = 0
    for name, value, is_weak in cells:
        try:
            algorithm = _algorithm(name, value)
            if algorithm == "pdq" and is_weak:
                weak += 1
            else:
                hashes.append(KnownHash(ALGORITHMS[algorithm], digest_of(algorithm, value), category=category))
        except ValueError as wrong:
            faults.append(Fault(where, "{fault}", fault=wrong.args[0]))
    if not hashes and not faults and not weak:
        faults.append(Fault(where, "there is no hash"))
    found.weak += weak
    found.refuse(faults)
    found.add(hashes)
    return None


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


@dataclass(frozen=True)
class _Form:
    """How a list is written. columns: as its header says, None where it has none; begins_behind: the header's line;
    left_aside: names of columns that are not read; has_words_for_categories: its categories are no numbers."""

    encoding: str
    delimiter: str
    columns: _Columns | None = None
    begins_behind: int = 0
    left_aside: tuple[str, ...] = ()
    has_words_for_categories: bool = False


def _form(file: IO[bytes]) -> _Form:
    """How a file of lines is written, by its beginning.

    Raises:
        Invalid: it is no text.
    """
    file.seek(0)
    beginning = file.read(BEGINNING_BYTES)
    file.seek(0)
    if (told := other_file(beginning)) is not None:
        raise Invalid("The list was not taken.", faults=[Fault("file", "{fault}", fault=told)])
    encoding = encoding_of(beginning)
    lines = list(io.StringIO(beginning.decode(encoding, "replace").lstrip("\ufeff"), newline=""))[:HEADER_WITHIN]
    stated = next((named[1] for each in lines if (named := _SEPARATOR.fullmatch(each))), "")
    usual = max(DELIMITERS, key="".join(lines).count)
    for place, content in enumerate(lines):
        for delimiter in dict.fromkeys(stated + usual + DELIMITERS):
            cells = next(lines_of(io.BytesIO(content.removeprefix(_HASHDEEP).encode()), "utf-8", delimiter)).cells
            columns = None if hashes_in(content) else _columns(cells)
            if columns is not None:
                columns = _by_what_stands_below(columns, lines[place + 1 :], delimiter)
                aside = tuple(
                    trimmed(cell) for at, cell in enumerate(cells) if at not in _used(columns) and trimmed(cell)
                )
                return _Form(
                    encoding, delimiter, columns, place + 1, aside, _has_words(lines[place + 1 :], delimiter, columns)
                )
    return _Form(encoding, stated or usual)


def _by_what_stands_below(columns: _Columns, lines: Sequence[str], delimiter: str) -> _Columns:
    """The columns, where none of hashes goes by another that names no algorithm: a «type» is often that of a file."""
    if columns.pair is None:
        return columns
    said, value = columns.pair
    below = [_NOT_WORD.sub("", comparison_key(each)) for each in _column(lines, delimiter, said)]
    if not (below or columns.by_place) or any(_named(each) in ALGORITHMS for each in below):
        return columns
    return replace(columns, pair=None, alone=None if columns.by_place else value)


def _used(columns: _Columns) -> set[int]:
    places = (*columns.by_place, *(columns.pair or ()), columns.alone, columns.category, columns.quality)
    return {place for place in places if place is not None}


def _has_words(lines: Sequence[str], delimiter: str, columns: _Columns) -> bool:
    """Whether the first category that stands there is a word, as in lists of files: then none of them is a number."""
    if columns.category is None:
        return False
    first = next(_column(lines, delimiter, columns.category), "0")
    return not any(sign.isdecimal() for sign in first)


def _column(lines: Sequence[str], delimiter: str, place: int) -> Iterator[str]:
    """What stands in a column of these lines, where anything does."""
    content = io.BytesIO("".join(lines).encode())
    return filter(
        None,
        (plain_cell(line.cells[place]) for line in lines_of(content, "utf-8", delimiter) if place < len(line.cells)),
    )


def _columns(row: Sequence[str]) -> _Columns | None:
    """Where the first line says that the hashes stand; None if it is no header."""
    names = [_NOT_WORD.sub("", comparison_key(cell)) for cell in row]
    by_place = {place: _named(match[1]) for place, each in enumerate(names) if (match := _NAMED.fullmatch(each))}
    algorithms = [place for place, each in enumerate(names) if each in ALGORITHM_COLUMNS]
    values = [place for place, each in enumerate(names) if each in VALUE_COLUMNS]
    pair = (algorithms[0], values[0]) if algorithms and values else None
    alone = values[0] if values and not pair and not by_place else None
    if not by_place and pair is None and alone is None:
        return None
    quality = next((place for place, each in enumerate(names) if each in QUALITY_COLUMNS), None)
    category = names.index(CATEGORY_COLUMN) if CATEGORY_COLUMN in names else None
    return _Columns(by_place, pair, alone, category, quality)


def _category(where: Text, line: Line, columns: _Columns) -> int | None:
    """The number of the category. Raises: ValueError, with the Fault."""
    given = _cell(line, columns.category)
    if not given:
        return None
    number = _CATEGORY.fullmatch(given)
    if number is None or int(number[1]) > LARGEST_CATEGORY:
        raise ValueError(Fault(where, "category: «{value}» is no whole number", value=given[:80]))
    return int(number[1])


def _cell(line: Line, place: int | None) -> str:
    return plain_cell(line.cells[place]) if place is not None and place < len(line.cells) else ""


def _cells(line: Line, columns: _Columns) -> Iterator[tuple[str | None, str, bool]]:
    """The hashes of a line, each with the algorithm that the file says it is, and whether its quality is too low."""
    if columns == NO_HEADER:
        yield from _told_by_themselves(line)
        return
    is_weak = _is_weak(_cell(line, columns.quality))
    for place, algorithm in columns.by_place.items():
        if value := _cell(line, place):
            yield algorithm, value, is_weak
    if columns.pair is not None and (value := _cell(line, columns.pair[1])):
        yield _cell(line, columns.pair[0]), value, is_weak
    if value := _cell(line, columns.alone):
        yield None, value, is_weak


def _told_by_themselves(line: Line) -> Iterator[tuple[str | None, str, bool]]:
    """The hashes of a line without a header."""
    if frame := _FRAME.fullmatch(line.text):
        yield "pdq", frame[1], _is_weak(frame[2])
        return
    said = _SAID_BEFORE.match(line.text)
    values = [value for value in hashes_in(line.text) if len(value) in BY_LENGTH]
    if not values and (first := plain_cell(line.cells[0])):
        values = [first]
    for value in values:
        yield said[1] if said else None, value, False


def _is_weak(quality: str) -> bool:
    digits = quality.lstrip("0")[:5]  # Python makes no number of thousands of digits
    return quality.isascii() and quality.isdecimal() and int(digits or 0) < LEAST_QUALITY


def _algorithm(said: str | None, value: str) -> Algorithm:
    """Which algorithm a hash is of. Raises: ValueError, with the Fault."""
    if said is None:
        if len(value) in BY_LENGTH:
            return BY_LENGTH[len(value)]
        raise ValueError(Fault("hash", "has {count} digits: no MD5, SHA-1 or SHA-256", count=len(value)))
    name = said if said in ALGORITHMS else _named(_NOT_WORD.sub("", comparison_key(said)))
    if name in ALGORITHMS:
        return name  # type: ignore[return-value]  # it is one of the names
    raise ValueError(Fault("hash", "«{value}» is no algorithm that is read here", value=said[:80]))


def _named(name: str) -> Algorithm:
    return "sha256" if name == "sha2256" else name  # type: ignore[return-value]  # by the pattern, or told apart after
