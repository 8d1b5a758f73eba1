"""A case that came with an exhibit: read record by record, so that each can be compared with what the exhibit holds,
and written again as it came but for what people changed.

Written again, the order of everything and all that is not known here stay as they were; only the texture of the file
(spaces, how a sign is escaped) is ours. Must not decide what was changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

import ijson

from workspace.errors import Fault, Invalid, Text
from workspace.exchange.guarded_json import GuardedJson
from workspace.exchange.known_lists import digest_of
from workspace.exchange.text_files import has_strange_signs, in_utf_8
from workspace.exchange.vics import VicsMedium, vics_head, vics_media, whole
from workspace.rules.exhibit_cases import MOST_PATH, MOST_RECORDS, MOST_STATED, CaseRecord, ReadCase
from workspace.rules.known import Algorithm

PIECES = 4_000
"""Signs and values that are written at once."""

Changes = Mapping[int, Mapping[str, Any]]
"""By the place of a record in the file, from 1: what stands under a name from now on. Names are compared whatever their
case, and one that a record does not have is added at its end."""

_text = json.encoder.encode_basestring_ascii


def read_case(file: IO[bytes], *, on_record: Callable[[int], None] = lambda read: None) -> ReadCase:
    """Read a case, or a hash set in its place. A record with a fault is named; where a hash of it can be used, it is
    compared all the same.

    Raises:
        Invalid: it is no file of this shape, it breaks off, or it has too many records.
    """
    file = in_utf_8(file)
    head = vics_head(file)
    found = ReadCase(head.version, head.region, head.is_case)
    numbers: set[str] = set()
    twice = several = 0
    for medium in vics_media(file, head):
        found.count += 1
        if found.count > MOST_RECORDS:
            fault = Fault("file", "at most {most} records are one case: split it", most=MOST_RECORDS)
            raise Invalid("The case was not taken.", faults=[fault])
        record = _record(medium, found)
        if record.md5 is not None or record.sha1 is not None:
            found.records.append(record)
        if (own := medium.value("MediaID")) is not None:
            twice += str(own) in numbers
            numbers.add(str(own))
        files = medium.value("MediaFiles")
        several += isinstance(files, list) and len(files) > 1
        on_record(medium.number)
    if not found.count:
        raise Invalid("The case was not taken.", faults=[Fault("file", "there is no record in it")])
    if has_strange_signs(file):
        found.remarks.append(Text("some bytes are no text: written again, a sign for what cannot be read stands there"))
    if not found.is_case:
        found.remarks.append(Text("it is a hash set and names no case"))
    if twice:
        found.remarks.append(Text("numbers (MediaID) that stand there more than once: {count}", count=twice))
    if several:
        found.remarks.append(Text("records that name several files: {count}", count=several))
    return found


def written_again(file: IO[bytes], changes: Changes) -> Iterator[bytes]:
    """The file as it came, with what was changed, part by part.

    Raises:
        Invalid: it is no file of this shape.
    """
    file = in_utf_8(file)
    head = vics_head(file)
    wanted = {place: {name.lower(): (name, value) for name, value in each.items()} for place, each in changes.items()}
    pieces: list[str] = []
    for piece in _pieces(file, head.media, wanted):
        pieces.append(piece)
        if len(pieces) >= PIECES:
            yield "".join(pieces).encode()
            pieces.clear()
    yield "".join(pieces).encode() + b"\n"


def _pieces(file: IO[bytes], media: str, wanted: Mapping[int, Mapping[str, tuple[str, Any]]]) -> Iterator[str]:
    """The file sign by sign."""
    place = depth = 0
    skipped_at: int | None = None  # a value that is replaced ends where the depth is this one again
    separator = ""
    left: dict[str, tuple[str, Any]] = {}
    for prefix, event, value in ijson.parse(GuardedJson(file)):
        if event in ("end_map", "end_array"):
            depth -= 1
        if skipped_at is not None:
            depth += event in ("start_map", "start_array")
            skipped_at = None if depth == skipped_at else skipped_at
            continue
        if event == "map_key":
            yield f"{separator}{_text(value)}: "
            separator = ""
            if prefix == media and (change := wanted.get(place, {}).get(value.lower())) is not None:
                left.pop(value.lower(), None)
                yield json.dumps(change[1])
                skipped_at, separator = depth, ", "
        elif event in ("start_map", "start_array"):
            if prefix == media:
                place += 1
                left = dict(wanted.get(place, ()))
            depth += 1
            yield f"{separator}{'{' if event == 'start_map' else '['}"
            separator = ""
        elif event in ("end_map", "end_array"):
            if prefix == media and event == "end_map":
                for name, given in left.values():
                    yield f"{separator}{_text(name)}: {json.dumps(given)}"
                    separator = ", "
            yield "}" if event == "end_map" else "]"
            separator = ", "
        else:
            yield separator + _scalar(value)
            separator = ", "


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _record(medium: VicsMedium, found: ReadCase) -> CaseRecord:
    md5, sha1 = _digest(medium, "MD5", "md5", found), _digest(medium, "SHA1", "sha1", found)
    if md5 is None and sha1 is None and not (medium.value("MD5") or medium.value("SHA1")):
        found.refuse(Fault(medium.where, "there is no MD5 or SHA-1"))
    category, stated = None, None
    try:
        category = whole(medium, "Category")
    except ValueError as wrong:
        found.refuse(*wrong.args)
        stated = _kept(medium.value("Category"))[:MOST_STATED]
    return CaseRecord(medium.number, md5, sha1, category, stated, _path(medium))


def _digest(medium: VicsMedium, name: str, algorithm: Algorithm, found: ReadCase) -> bytes | None:
    value = medium.value(name)
    if value is None or not str(value).strip():
        return None
    try:
        return digest_of(algorithm, str(value).strip())
    except ValueError as wrong:
        found.refuse(Fault(medium.where, "{fault}", fault=wrong.args[0]))
        return None


def _path(medium: VicsMedium) -> str:
    """Where the record says that the file stood: shown, and never used."""
    if said := medium.value("RelativeFilePath"):
        return _kept(said)[:MOST_PATH]
    files = medium.value("MediaFiles")
    first = files[0] if isinstance(files, list) and files else None
    if not isinstance(first, dict):
        return ""
    file = VicsMedium(medium.number, first)
    folder, name = _kept(file.value("FilePath") or ""), _kept(file.value("FileName") or "")
    if not name or folder.endswith(name):
        return (folder or name)[:MOST_PATH]
    joint = "" if not folder or folder.endswith(("/", "\\")) else "\\" if "\\" in folder else "/"
    return f"{folder}{joint}{name}"[:MOST_PATH]


def _kept(value: object) -> str:
    """A text that a row can hold: without what is no sign."""
    return str(value).encode("utf-8", "replace").decode().replace("\0", "")
