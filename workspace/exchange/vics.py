"""Reads files of the VICS 1.3 and 2.0 shape: cases and hash sets in JSON, as public readers and writers of that shape
know them. The data model itself is not public: this is a profile put together from public sources, and certified by
nobody.

A file is read record by record, so that its size costs no memory. What stands in it is understood as the tools in use
write it: keys in any case, flags and sizes as texts, categories that mean other things in other countries. Dates and
paths are kept as they stand and never used. Must not decide what a record means for the operation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

import ijson

from workspace.errors import Fault, Invalid, Text
from workspace.exchange.guarded_json import GuardedJson
from workspace.exchange.known_lines import plain_cell
from workspace.exchange.known_lists import ReadList, digest_of, read_hashes
from workspace.exchange.text_files import BEGINNING_BYTES, encoding_of, in_utf_8
from workspace.rules.known import ALGORITHMS, Algorithm, KnownHash, Meaning, Scheme
from workspace.vocabulary import label

CATEGORIES: Mapping[str, Mapping[int, Meaning | None]] = {
    "us_2_0": {0: "irrelevant", 1: "abuse", 2: "relevant", 3: "relevant", 4: "relevant", 5: None},
    "us_legacy": {0: None, 1: "abuse", 2: "relevant", 3: "relevant", 4: "relevant", 5: "irrelevant"},
}
"""What a category's number means, by the scheme that whoever brings the file in says it follows: the United States' of
VICS 2.0 (Autopsy's `ProjectVicCategories`), and the older one, in which 0 and 5 stand the other way round. None:
uncategorised. Other countries' tables are not public."""
ALTERNATIVE: Mapping[str, Algorithm] = {"sha1": "sha1", "sha256": "sha256", "pdq": "pdq", "md5": "md5"}
"""Names of `AlternativeHashes` that are read; PhotoDNA and EDK are left aside."""
FLAGS: Mapping[str, bool | None] = {
    "true": True, "1": True, "yes": True, "y": True, "t": True,
    "false": False, "0": False, "no": False, "n": False, "f": False,
    "": None, "none": None, "null": None,
}  # fmt: skip
OF_A_RECORD = frozenset({"md5", "mediaid", "sha1", "sha256", "mediasize", "mediafiles", "alternativehashes"})
"""Keys by which a record is told from a case."""

_WORDLESS = re.compile(r"[^0-9a-z]+")
_SHAPE = re.compile(r"/ProjectVic/DataModels/(\d+\.\d+)\.xml(?:/([^/$#]+)/\$metadata)?#(\w+)", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}(?:\.0{1,10})?")


@dataclass(frozen=True)
class VicsHead:
    """What a file says of itself. version: as «1.3»; region: as «US», of 2.0 alone; media: where its records stand, as
    ijson names places; is_case: they stand in cases, otherwise they are a hash set."""

    version: str | None
    region: str | None
    media: str
    is_case: bool


@dataclass(frozen=True)
class VicsMedium:
    """One record. raw: all of it, with what is not known here. number: its place in the file, from 1."""

    number: int
    raw: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """What stands under a name, in whichever case it is written."""
        if name in self.raw:
            return self.raw[name]
        return next((each for key, each in self.raw.items() if key.lower() == name.lower()), None)

    @property
    def where(self) -> Text:
        """The record, for a fault."""
        return Text("record {number}", number=self.number)


def is_json(beginning: bytes) -> bool:
    """Whether a file that begins so is JSON and no CSV."""
    text = beginning.decode(encoding_of(beginning), "replace")
    return re.match(r"\ufeff?\s*(?:\{|\[\s*\{)", text) is not None


def vics_head(file: IO[bytes]) -> VicsHead:
    """What the file says of itself, and where its records stand; reads no further than the first record.

    Raises:
        Invalid: it is no file of this shape; `faults` says why.
    """
    context: str | None = None
    record = ""
    try:
        for place, event, value in ijson.parse(GuardedJson(file)):
            if event == "string" and place.lower().removeprefix("@") in ("odata.metadata", "odata.context"):
                context = str(value)
            elif event == "start_array" and place.lower() in ("", "value"):
                # Some tools leave the outer object out, and write the array alone.
                record = f"{place}.item".removeprefix(".")
            elif event == "start_array" and place.lower() in ("media", "value.media", f"{record}.media".lower()):
                return _head(context, f"{place}.item", is_case=True)
            elif record and event == "map_key" and place == record and str(value).lower() in OF_A_RECORD:
                return _head(context, record, is_case=False)
    except ijson.JSONError as fault:
        raise _no_vics(Fault("file", "no JSON: {why}", why=str(fault)[:200])) from fault
    if not record:
        raise _no_vics(Fault("file", "it has no «value» with records: it is no VICS file"))
    raise _no_vics(Fault("file", "there is no record in it"))


def vics_media(file: IO[bytes], head: VicsHead) -> Iterator[VicsMedium]:
    """The records of a file, in their order.

    Raises:
        Invalid: the file breaks off, or what stands there is no record; `faults` says where.
    """
    for number, raw in _values(file, head):
        if not isinstance(raw, dict):
            raise _no_vics(_no_record(number))
        yield VicsMedium(number, raw)


def _no_record(number: int) -> Fault:
    return Fault(Text("record {number}", number=number), "is no record")


def _values(file: IO[bytes], head: VicsHead) -> Iterator[tuple[int, object]]:
    """What stands where the records stand, with its place. Raises: Invalid, where the file breaks off."""
    number = 0
    try:
        for number, raw in enumerate(ijson.items(GuardedJson(file), head.media), start=1):
            yield number, raw
    except ijson.JSONError as fault:
        where = Text("record {number}", number=number + 1)
        raise _no_vics(Fault(where, "no JSON: {why}", why=str(fault)[:200])) from fault


def read_vics_hashes(
    file: IO[bytes], scheme: Scheme, *, on_record: Callable[[int], None] = lambda read: None
) -> ReadList:
    """The hashes of all records of a case or hash set, each with its category's number and what that means.

    scheme: which numbers the categories are; `none`: they mean nothing here, and the list's own meaning counts. Whoever
    is flagged as identified is «already identified» in any scheme.

    Raises:
        Invalid: it is no file of this shape, or it breaks off in its first record.
    """
    head = vics_head(file)
    found = ReadList()
    numbers: set[str] = set()
    twice = 0
    categories: Counter[tuple[int | None, Meaning | None]] = Counter()
    for medium in _that_can_be_read(_values(file, head), found):
        try:
            category = whole(medium, "Category")
            meaning = meaning_of(medium, category, scheme)
            digests, faults = _digests(medium)
        except ValueError as wrong:
            found.refuse(list(wrong.args))
        else:
            found.refuse(faults)
            found.add([KnownHash(number, digest, meaning, category) for number, digest in digests])
            categories[category, meaning] += bool(digests)
        if (own := medium.value("MediaID")) is not None:
            twice += str(own) in numbers
            numbers.add(str(own))
        on_record(medium.number)
    found.remarks += _remarks(head, categories, scheme)
    found.note_doubles()
    if twice:
        found.remarks.append(Text("numbers (MediaID) that stand there more than once: {count}", count=twice))
    return found


def _that_can_be_read(values: Iterator[tuple[int, object]], found: ReadList) -> Iterator[VicsMedium]:
    """The records up to where the file breaks off, which is a fault of it: what came before can be taken."""
    number = 0
    try:
        for number, raw in values:
            if isinstance(raw, dict):
                yield VicsMedium(number, raw)
            else:
                found.refuse([_no_record(number)])
    except Invalid as broken:
        if not number:
            raise
        found.refuse(cast("list[str]", broken.facts["faults"]))


def meaning_of(medium: VicsMedium, category: int | None, scheme: Scheme) -> Meaning | None:
    """What a record's flag and category say; None: what the list says. Without a category, or with one that the scheme
    does not know, a record of a scheme is of interest and no more. Raises: ValueError."""
    if flag(medium, "VictimIdentified"):
        return "identified"
    if scheme == "none":
        return None
    return CATEGORIES[scheme].get(category, None) or "relevant" if category is not None else "relevant"


def whole(medium: VicsMedium, name: str) -> int | None:
    """A whole number, also as text. Raises: ValueError, with the Fault."""
    value = medium.value(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not _WHOLE.fullmatch(str(value).strip()) or abs(int(float(value))) >= 1 << 31:
        raise ValueError(Fault(medium.where, "{name} «{value}» is no whole number", name=name, value=str(value)[:80]))
    return int(float(value))


def flag(medium: VicsMedium, name: str) -> bool | None:
    """A flag, also as text. Raises: ValueError, with the Fault."""
    value = medium.value(name)
    known = FLAGS
    said = str(value).strip().lower()
    if said not in known:
        raise ValueError(Fault(medium.where, "{name} «{value}» is neither true nor false", name=name, value=said[:80]))
    return known[said]


def _said_digests(medium: VicsMedium) -> Iterator[tuple[Algorithm, Any]]:
    yield "md5", medium.value("MD5")
    yield "sha1", medium.value("SHA1")
    yield "sha256", medium.value("SHA256")
    others = medium.value("AlternativeHashes")
    for each in [others] if isinstance(others, dict) else others if isinstance(others, list) else ():
        if isinstance(each, dict):
            other = VicsMedium(medium.number, each)
            name = ALTERNATIVE.get(_WORDLESS.sub("", str(other.value("HashName")).lower()))
            if name is not None:
                yield name, other.value("HashValue")


def _digests(medium: VicsMedium) -> tuple[list[tuple[int, bytes]], list[str]]:
    """The hashes of a record, and what is wrong with the others."""
    found: dict[tuple[int, bytes], None] = {}
    faults: list[str] = []
    for algorithm, value in _said_digests(medium):
        written = plain_cell(str(value)) if value is not None else ""
        if not written:
            continue
        try:
            found[ALGORITHMS[algorithm], digest_of(algorithm, written)] = None
        except ValueError as wrong:
            faults += [Fault(medium.where, "{fault}", fault=fault) for fault in wrong.args]
    if not found and not faults:
        faults.append(Fault(medium.where, "there is no hash"))
    return list(found), faults


def _remarks(
    head: VicsHead, categories: Mapping[tuple[int | None, Meaning | None], int], scheme: Scheme
) -> Iterator[Text]:
    """What the file is, and how many records of each category were taken as what: nothing is mapped unseen."""
    kind = Text("case") if head.is_case else Text("hash set")
    yield Text(
        "{kind} of the VICS {version} shape, region {region}",
        kind=kind,
        version=head.version or "?",
        region=head.region or Text("not stated"),
    )
    for (category, meaning), count in sorted(categories.items(), key=lambda each: (str(each[0][0]), str(each[0][1]))):
        number: object = Text("none") if category is None else category
        if meaning is None:
            yield Text("category {number}: {count} records, taken as the list says", number=number, count=count)
        else:
            said = Text(label("known_meaning", meaning))
            yield Text(
                "category {number}: {count} records, taken as «{meaning}»", number=number, count=count, meaning=said
            )
            if scheme != "none" and category is not None and category not in CATEGORIES[scheme]:
                yield Text("category {number} is none of the scheme that was chosen", number=number)


def _head(context: str | None, media: str, *, is_case: bool) -> VicsHead:
    shape = _SHAPE.search(context or "")
    return VicsHead(shape[1] if shape else None, shape[2] if shape else None, media, is_case)


def _no_vics(fault: Fault) -> Invalid:
    return Invalid("The list was not taken.", faults=[fault])


def read_list(file: IO[bytes], scheme: Scheme, *, on_line: Callable[[int], None] = lambda read: None) -> ReadList:
    """Read a list of known material, whichever of the kinds it is: CSV, or VICS. Raises: Invalid, as either."""
    file.seek(0)
    beginning = file.read(BEGINNING_BYTES)
    if is_json(beginning):
        return read_vics_hashes(in_utf_8(file), scheme, on_record=on_line)
    return read_hashes(file, on_line=on_line)
