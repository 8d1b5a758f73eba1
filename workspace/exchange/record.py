"""The exported record of an operation, and its offline verifier.

An export is one JSON line an event: {"body": text, "hash": hex}. The verifier needs this file alone and the standard library, so
that an observer can run it on a machine of his own: `python3 record.py EXPORT.jsonl [--head HEX]`. It finds every changed bit and
every removed, added or reordered row; a cut-off end is found when the head is known from elsewhere (an edition prints it).
Must import nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

START = bytes(32)
"""The hash before the first event."""


@dataclass
class Verified:
    """What the verifier found: the operation, how many events, the head, and every fault in words."""

    operation: int | None = None
    events: int = 0
    head: str = START.hex()
    faults: list[str] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def export_line(body: str, digest: bytes) -> str:
    """One event as a line of an export."""
    return json.dumps({"body": body, "hash": digest.hex()}, ensure_ascii=False) + "\n"


def verify_record(lines: Iterable[str], *, head: str | None = None) -> Verified:
    """Check an export: hash(n) = SHA-256(hash(n-1) || body(n)), numbers without gaps from 1, one operation, times in order.

    head: the last hash as known from elsewhere, hexadecimal.
    """
    found = Verified()
    previous, last_at = START, ""
    for number, (body, claimed, broken) in enumerate(_parsed(lines), start=1):
        if broken:
            found.faults.append(f"line {number}: {broken}")
            previous = bytes.fromhex(claimed) if claimed else previous
            continue
        digest = hashlib.sha256(previous + body.encode("utf-8")).digest()
        if digest.hex() != claimed:
            found.faults.append(f"line {number}: the hash does not follow from the row and the one before it")
        last_at = _check_fields(found, number, body, last_at)
        previous = bytes.fromhex(claimed)
        found.events = number
        found.head = claimed
    if head is not None and head != found.head:
        found.faults.append(f"the last hash is {found.head}, not {head}: rows are missing at the end, or the whole was rewritten")
    return found


def _parsed(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(body, hash, what is wrong) a line."""
    for line in lines:
        try:
            row = json.loads(line)
            body, claimed = row["body"], row["hash"]
            if not (
                isinstance(body, str)
                and isinstance(claimed, str)
                and len(bytes.fromhex(claimed)) == 32
                and claimed == claimed.lower()
            ):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            yield "", "", "not a row of the record"
            continue
        yield body, claimed, ""


def _check_fields(found: Verified, number: int, body: str, last_at: str) -> str:
    try:
        row = json.loads(body)
        operation, seq, at = int(row["operation"]), int(row["seq"]), str(row["at"])
    except (ValueError, KeyError, TypeError):
        found.faults.append(f"line {number}: the row cannot be read")
        return last_at
    if found.operation is None:
        found.operation = operation
    if operation != found.operation:
        found.faults.append(f"line {number}: belongs to operation {operation}, not {found.operation}")
    if seq != number:
        found.faults.append(f"line {number}: carries number {seq}")
    if at < last_at:
        found.faults.append(f"line {number}: is older than the line before it")
    return max(at, last_at)


def main(arguments: list[str]) -> int:
    """Verify a file and say what was found; exit status 0 only if nothing is wrong."""
    if not arguments or len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--head"):
        print("usage: python3 record.py EXPORT.jsonl [--head HEX]", file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8") as lines:
        found = verify_record(lines, head=arguments[2] if len(arguments) == 3 else None)
    for fault in found.faults[:50]:
        print(fault)
    words = "intact" if found.is_intact else f"NOT INTACT: {len(found.faults)} faults"
    print(f"operation {found.operation}: {found.events} events, head {found.head}: {words}")
    return 0 if found.is_intact else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
