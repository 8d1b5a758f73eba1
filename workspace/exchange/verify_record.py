"""The exported record of an operation, and its offline verifier.

An export is one JSON line per event: {"body": text, "hash": hex}. A line whose body is withheld says the body's SHA-256
instead: {"digest": hex, "hash": hex}. The verifier needs this file alone and the standard library, so that an observer
can run it on a machine of his own: `python3 verify_record.py EXPORT.jsonl --head HEAD …`. It finds every changed bit
and every removed, added or reordered row, and says at which line. A cut end and a record that was rewritten as a whole
are found with a head that was kept elsewhere: `--head` takes files with signed heads, and hashes of the last line.

A body says its version; one that says none is of version 1. The hash of a line is, from the hash of the line before it
(32 zero bytes before the first):
  version 1: SHA-256(previous || body)
  version 2: SHA-256(previous || SHA-256(body)), so that a withheld line is verified by its digest
A record begins in version 1 or 2 and never goes back. Operation 0 is the installation itself.

A signed head is a checkpoint note (C2SP tlog-checkpoint and signed-note): a line that names the record and ends in
/operations/NUMBER, a line with the number of the event, a line with its hash in base64, a line with the time, an empty
line, and signatures. What the head says is compared here; whose signature it carries is checked by
`python3 app.py record verify`, or with openssl. Must import nothing but the standard library.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

START = bytes(32)
"""The hash before the first event."""
MOST_FAULTS = 50
"""So many faults are printed; the last line says how many there are."""

_NOTE = re.compile(
    r"(?P<name>\S+/operations/(?P<operation>\d{1,9}))\n(?P<seq>\d{1,18})\n(?P<hash>[A-Za-z0-9+/]{43}=)\n"
)
_HEX = re.compile(r"[0-9a-f]{64}")


class NoHeadError(ValueError):
    """What was given as a head is none."""


@dataclass(frozen=True)
class Head:
    """What a kept head says: this event of the record had this hash. hash: hexadecimal. operation and seq: None where
    it is the last hash alone that is known."""

    hash: str
    operation: int | None = None
    seq: int | None = None

    @property
    def is_last(self) -> bool:
        """Whether it says what the last hash is, whichever event that is of."""
        return self.seq is None


@dataclass
class Verified:
    """What the verifier found: the operation, how many events, how many of them without body, the head, and every fault
    in words. heads: how many kept heads were compared."""

    operation: int | None = None
    events: int = 0
    withheld: int = 0
    head: str = START.hex()
    heads: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def export_line(body: str, digest: bytes) -> str:
    """One event as a line of an export."""
    return json.dumps({"body": body, "hash": digest.hex()}, ensure_ascii=False) + "\n"


def withheld_line(digest: bytes, line_hash: bytes) -> str:
    """One event as a line of an export that does not show it. digest: SHA-256 of its body."""
    return json.dumps({"digest": digest.hex(), "hash": line_hash.hex()}) + "\n"


def read_head(text: str) -> Head:
    """What a signed head says, or 64 hexadecimal digits: the last hash.

    Raises:
        NoHeadError: it is neither.
    """
    stripped = text.strip().lower()
    if _HEX.fullmatch(stripped):
        return Head(stripped)
    note = _NOTE.match(text.replace("\r\n", "\n"))
    if note is None:
        raise NoHeadError("neither a signed head nor 64 hexadecimal digits")
    return Head(base64.b64decode(note["hash"]).hex(), int(note["operation"]), int(note["seq"]))


@dataclass(frozen=True)
class _Line:
    """One line that could be read. body: None where it is withheld; then `digest` is its SHA-256, 32 bytes."""

    claimed: str
    body: str | None
    digest: bytes

    def hash_after(self, previous: bytes, version: int) -> str:
        """What the line's hash must be, hexadecimal."""
        if version == 1 and self.body is not None:
            return hashlib.sha256(previous + self.body.encode("utf-8")).hexdigest()
        return hashlib.sha256(previous + self.digest).hexdigest()


def verify_record(lines: Iterable[str], *, heads: Sequence[Head] = ()) -> Verified:
    """Check an export: every hash follows, numbers without gaps from 1, one operation, times in order; and every head
    that was kept is the record's hash at its event."""
    result = Verified(heads=len(heads))
    kept = {head.seq: "" for head in heads if head.seq is not None}
    previous, last_at, version = START, "", 1
    for number, text in enumerate(lines, start=1):
        line = _parsed(text)
        if line is None:
            result.faults.append(f"line {number}: not a row of the record")
            continue
        if line.body is None:
            version = 2
            result.withheld += 1
        else:
            version, last_at = _check_body(result, number, line.body, version, last_at)
        if line.hash_after(previous, version) != line.claimed:
            result.faults.append(f"line {number}: the hash does not follow from the row and the one before it")
        previous = bytes.fromhex(line.claimed)
        result.events, result.head = number, line.claimed
        if number in kept:
            kept[number] = line.claimed
    if not result.events and not result.faults:
        result.faults.append("there is no event: an empty file proves nothing")
    if result.operation is None:  # every body is withheld: the heads say whose record it is
        result.operation = next((head.operation for head in heads if head.operation is not None), None)
    for head in heads:
        _check_head(result, head, result.head if head.seq is None else kept[head.seq])
    return result


def _check_head(result: Verified, head: Head, found: str) -> None:
    """Compare a kept head with the hash that the export has there; «» where it has no such line."""
    if head.is_last:
        if head.hash != found:
            result.faults.append(
                f"the last hash is {found}, not {head.hash}: rows are missing at the end, or the whole was rewritten"
            )
    elif result.operation is not None and head.operation != result.operation:
        result.faults.append(f"the head is of {named(head.operation)}, the export of {named(result.operation)}")
    elif not found:
        result.faults.append(
            f"the head is of event {head.seq}, the export ends at {result.events}: rows are missing at the end"
        )
    elif head.hash != found:
        result.faults.append(
            f"line {head.seq}: the hash is {found}, the head that was kept says {head.hash}: the record was "
            "rewritten, at this line or before it"
        )


def _parsed(text: str) -> _Line | None:
    """The line, or None if it is none."""
    try:
        row = json.loads(text)
        claimed, body, digest = row["hash"], row.get("body"), row.get("digest")
        if not _is_digest(claimed) or (body is None) == (digest is None):
            return None
        if body is None:
            return _Line(claimed, None, bytes.fromhex(digest)) if _is_digest(digest) else None
        return _Line(claimed, body, hashlib.sha256(body.encode("utf-8")).digest())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_digest(value: object) -> bool:
    """Whether it is the SHA-256 of something, as the record writes it: 64 small hexadecimal digits."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _check_body(result: Verified, number: int, body: str, version: int, last_at: str) -> tuple[int, str]:
    """Check what a body says of itself; answers the version and the time from which the next line goes on."""
    try:
        row = json.loads(body)
        operation, seq, at = int(row["operation"]), int(row["seq"]), str(row["at"])
        said = row.get("version", 1)
    except (ArithmeticError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        result.faults.append(f"line {number}: the row cannot be read")
        return version, last_at
    if said not in (1, 2) or said < version:
        told = said if isinstance(said, int) else "?"
        result.faults.append(f"line {number}: is of version {told} after version {version}")
        said = version
    if result.operation is None:
        result.operation = operation
    if operation != result.operation:
        result.faults.append(f"line {number}: belongs to operation {operation}, not {result.operation}")
    if seq != number:
        result.faults.append(f"line {number}: carries number {seq}")
    if at < last_at:
        result.faults.append(f"line {number}: is older than the line before it")
    return said, max(at, last_at)


def named(operation: int | None) -> str:
    """Whose record it is, in words."""
    if operation is None:
        return "a record that does not say whose"
    return f"operation {operation}" if operation else "the installation's own record"


def told(report: Verified) -> list[str]:
    """The faults and the verdict, in lines."""
    withheld = f" ({report.withheld} without their content)" if report.withheld else ""
    compared = f", {report.heads} kept heads compared" if report.heads else ""
    words = "intact" if report.is_intact else f"NOT INTACT: {len(report.faults)} faults"
    return [
        *report.faults[:MOST_FAULTS],
        f"{named(report.operation)}: {report.events} events{withheld}, head {report.head}{compared}: {words}",
        *(["no head was compared: a record that was rewritten as a whole is not found"] if not report.heads else []),
    ]


def heads_of(given: Iterable[str]) -> list[Head]:
    """The heads that a command line names: files with signed heads, and hashes.

    Raises:
        NoHeadError: one is neither; the message names it. OSError: a file cannot be read.
    """
    heads = []
    for each in given:
        text = (
            each if _HEX.fullmatch(each.strip().lower()) else Path(each).read_text(encoding="utf-8", errors="replace")
        )
        try:
            heads.append(read_head(text))
        except NoHeadError as cause:
            raise NoHeadError(f"{each}: {cause}") from cause
    return heads


def _plain(line: str) -> str:
    """The line without signs that a terminal would obey: a file, and its name, may come from anybody."""
    return "".join(sign if sign.isprintable() else f"[U+{ord(sign):04X}]" for sign in line)


def main(arguments: list[str]) -> int:
    """Verify a file and say what was found; exit status 0 only if nothing is wrong."""
    usage = argparse.ArgumentParser(
        prog="verify_record.py", description="Verify an exported record, and compare it with heads that were kept."
    )
    usage.add_argument("export", metavar="EXPORT.jsonl", help="the record as it was exported")
    usage.add_argument("--head", nargs="+", default=[], metavar="HEAD", help="kept heads: files, or 64 hex digits")
    asked = usage.parse_args(arguments)
    try:
        heads = heads_of(asked.head)
        with open(asked.export, encoding="utf-8", errors="replace") as lines:
            report = verify_record(lines, heads=heads)
    except (OSError, NoHeadError) as fault:
        print(_plain(str(fault)), file=sys.stderr)
        return 2
    for line in told(report):
        print(_plain(line))
    return 0 if report.is_intact else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
