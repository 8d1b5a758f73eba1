"""The exported record of an operation, and its offline verifier.

An export is one JSON line per event: {"body": text, "hash": hex}. A line whose body is withheld says the body's SHA-256
instead: {"digest": hex, "hash": hex}. The verifier needs this file alone and the standard library, so that an observer
can run it on a
machine of his own: `python3 record.py EXPORT.jsonl [--head HEX]`. It finds every changed bit and every removed, added
or reordered row, and says at which line; a cut-off end is found when the head is known from elsewhere (an edition
prints it).

A body says its version; one that says none is of version 1. The hash of a line is, from the hash of the line before it
(32 zero bytes before the first):
  version 1: SHA-256(previous || body)
  version 2: SHA-256(previous || SHA-256(body)), so that a withheld line is verified by its digest
A record begins in version 1 or 2 and never goes back. Must import nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

START = bytes(32)
"""The hash before the first event."""


@dataclass
class Verified:
    """What the verifier found: the operation, how many events, how many of them without body, the head, and every fault
    in words."""

    operation: int | None = None
    events: int = 0
    withheld: int = 0
    head: str = START.hex()
    faults: list[str] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def export_line(body: str, digest: bytes) -> str:
    """One event as a line of an export."""
    return json.dumps({"body": body, "hash": digest.hex()}, ensure_ascii=False) + "\n"


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


def verify_record(lines: Iterable[str], *, head: str | None = None) -> Verified:
    """Check an export: every hash follows, numbers without gaps from 1, one operation, times in order.

    head: the last hash as known from elsewhere, hexadecimal.
    """
    result = Verified()
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
    if not result.events and not result.faults:
        result.faults.append("there is no event: an empty file proves nothing")
    if head is not None and head != result.head:
        result.faults.append(
            f"the last hash is {result.head}, not {head}: rows are missing at the end, or the whole was rewritten"
        )
    return result


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
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def _check_body(result: Verified, number: int, body: str, version: int, last_at: str) -> tuple[int, str]:
    """Check what a body says of itself; answers the version and the time from which the next line goes on."""
    try:
        row = json.loads(body)
        operation, seq, at = int(row["operation"]), int(row["seq"]), str(row["at"])
        said = row.get("version", 1)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        result.faults.append(f"line {number}: the row cannot be read")
        return version, last_at
    if said not in (1, 2) or said < version:
        result.faults.append(f"line {number}: is of version {said!r} after version {version}")
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


def main(arguments: list[str]) -> int:
    """Verify a file and say what was found; exit status 0 only if nothing is wrong."""
    if not arguments or len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--head"):
        print("usage: python3 record.py EXPORT.jsonl [--head HEX]", file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8") as lines:
        report = verify_record(lines, head=arguments[2] if len(arguments) == 3 else None)
    for fault in report.faults[:50]:
        print(fault)
    withheld = f" ({report.withheld} without their content)" if report.withheld else ""
    words = "intact" if report.is_intact else f"NOT INTACT: {len(report.faults)} faults"
    print(f"operation {report.operation}: {report.events} events{withheld}, head {report.head}: {words}")
    return 0 if report.is_intact else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
