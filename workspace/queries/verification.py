"""Whether what the tables say is what the record holds: every event, every governed row (ADR 45).

The chain is followed from its first event; what the columns of an event show is compared with the hashed bytes; the
digest of every governed row is computed anew out of its columns and compared with the one that the last event about it
carries; what is derived of those rows, and shown, is compared with what they come to. Needs the workers' role, which
reads the salts. Must write nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from workspace.exchange.verify_record import START
from workspace.model import Governed, RowSeal
from workspace.model.statements import statements
from workspace.rules.verification import Settled, Verification

SQL = statements(__file__)
PIECE = 2_000
"""Events that are read at a time."""
ERASING, ERASURE = "words:erased", "erasure"
"""The event with which words leave a row, and the table of the rows that say why."""
DIFFERENCE = "difference"
"""The table of what people explain of rows that differ."""


@dataclass(frozen=True)
class _Bound:
    """What the last event about a row says of it. digest: hexadecimal. differed: at which event the row did not match
    what had been recorded before. is_erased: words were taken out of it."""

    seq: int
    digest: str
    differed: int | None
    is_erased: bool


_Rows = dict[tuple[str, str], _Bound]


def verify_operation(session: Session, operation_id: int) -> Verification:
    """Follow an operation's chain (0: the installation's own) and compare all its governed rows."""
    found = Verification(operation_id)
    bound = _follow_events(session, found)
    for governed in session.scalars(select(Governed).order_by(Governed.name)).all():
        _compare_rows(session, found, governed, bound)
    for (name, key), left in sorted(bound.items()):
        found.fault(name, key, f"missing: event {left.seq} holds it")
    _compare_derived(session, found)
    if found.broken:
        _set_settled_apart(session, found)
    return found


def _set_settled_apart(session: Session, found: Verification) -> None:
    """Take what two people have settled out of what is broken. An explanation counts that matches the record itself."""
    unsound = {each.key for each in found.broken if each.table == DIFFERENCE}
    rows = session.execute(SQL["settled"], {"operation": found.operation_id}).all()
    known = {(row.name, row.key, row.found_seq): row for row in rows if str(row.id) not in unsound}
    left = []
    for each in found.broken:
        row = known.get((each.table, each.key, each.differed or 0))
        if row is None:
            left.append(each)
        else:
            found.settled.append(Settled(each.table, each.key, each.what, row.reason, row.seen_by, row.confirmed_by))
    found.broken = left


def _follow_events(session: Session, found: Verification) -> _Rows:
    """Check each event against the one before it and its columns against its body; answers what stands of each row."""
    bound: _Rows = {}
    moved: list[int] = []  # events whose locks are not those that they were recorded with
    last_closing = 0
    previous, number = START, 0
    rows = session.execute(SQL["events"], {"operation": found.operation_id}, execution_options={"yield_per": PIECE})
    for number, row in enumerate(rows, start=1):
        digest = hashlib.sha256(row.body.encode()).digest()
        claimed = bytes(row.hash)
        linked = previous + (row.body.encode() if row.version == 1 else digest)
        if row.seq != number + found.through - found.events:
            found.fault("event", row.seq - 1, "missing: the numbers have a gap")
        if hashlib.sha256(linked).digest() != claimed:
            found.fault("event", row.seq, "body or hash: it does not follow from the event before it")
        previous, found.through, found.events = claimed, row.seq, number
        body = _read(row.body)
        if body is None:
            found.fault("event", row.seq, "body: it cannot be read")
            continue
        for differing in _columns_that_differ(row, body):
            found.fault("event", row.seq, f"column {differing} is not what was recorded")
        if sorted(body.get("locks") or []) != sorted(row.locks):
            moved.append(row.seq)
        if row.kind == "exhibit:closed":
            last_closing = row.seq
        for line in _lines(found, row, body.get("rows") or []):
            _bind(bound, row.seq, line, is_erasing=row.kind == ERASING)
    for seq in moved:
        if seq > last_closing:  # closing an exhibit moves what names it behind another lock
            found.fault("event", seq, "column locks is not what was recorded")
    head = session.execute(SQL["head"], {"operation": found.operation_id}).one_or_none()
    if head is not None and (head.last_seq, bytes(head.last_hash)) != (found.through, previous):
        found.fault(
            "chain", found.operation_id, f"the head stands at event {head.last_seq} and is not the last event's"
        )
    return bound


def _read(body: str) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _columns_that_differ(row: Row[Any], body: dict[str, Any]) -> Iterable[str]:
    """The columns of an event that do not say what its hashed body says. An early body does not say who played."""
    shown: dict[str, object] = {
        "operation_id": row.operation_id == body.get("operation"),
        "seq": row.seq == body.get("seq"),
        "version": row.version == body.get("version", 1),
        "at": _written(row.at) == body.get("at"),
        "kind": row.kind == body.get("kind"),
        "actor_id": row.actor_id == body.get("actor"),
        "played_by": row.played_by == body.get("played_by", "person"),
        "lead_id": (str(row.lead_id) if row.lead_id else None) == body.get("lead"),
        "payload": row.payload == body.get("payload"),
    }
    return [name for name, is_same in shown.items() if not is_same]


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _lines(found: Verification, row: Row[Any], said: Any) -> Sequence[str]:
    """The lines of the rows that an event carries: its own, or those beside it whose root it holds."""
    if isinstance(said, list):
        return [line for line in said if isinstance(line, str)]
    lines = row.lines.split("\n") if row.lines else []
    if len(lines) != said.get("count") or merkle_root(lines) != said.get("root"):
        found.fault("event_rows", row.seq, f"the list of {said.get('count')} rows of event {row.seq} was changed")
    return lines


def _bind(bound: _Rows, seq: int, line: str, *, is_erasing: bool) -> None:
    """line: table, key, digest, and «differed» where the row did not match before the act, with blanks between."""
    words = line.split(" ")
    flagged = words[-1] == "differed"
    if flagged:
        words.pop()
    if len(words) < 3:
        return
    row = words[0], " ".join(words[1:-1])
    before = bound.get(row)
    bound[row] = _Bound(
        seq,
        words[-1],
        differed=seq if flagged else before.differed if before else None,
        is_erased=bool(before and before.is_erased) or (is_erasing and row[0] != ERASURE),
    )


def merkle_root(lines: Sequence[str]) -> str:
    """The root of RFC 6962 over lines of text, hexadecimal."""
    level = [hashlib.sha256(b"\0" + line.encode()).digest() for line in lines] or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex()


def _compare_rows(session: Session, found: Verification, governed: Governed, bound: _Rows) -> None:
    """Compare each row of a table with what the record holds of it; takes what it finds out of `bound`."""
    form = _form_of(governed)
    here = {"operation": found.operation_id}
    differing: dict[str, str] = {}
    for row in session.execute(form.digests, here):
        found.rows += 1
        held = bound.pop((governed.name, row.key), None)
        if held is None:
            found.fault(governed.name, row.key, "added: no event holds it")
            continue
        found.erased += held.is_erased
        if row.digest is None or bytes(row.digest).hex() != held.digest:
            differing[row.key] = f"changed after event {held.seq}"
        elif held.differed is not None:
            told = f"changed before event {held.differed}, which found it so"
            found.fault(governed.name, row.key, told, differed=held.differed)
    if differing:
        for key, columns in _columns_changed(session, form, here | {"keys": list(differing)}):
            found.fault(governed.name, key, differing[key] + (f": column {', '.join(columns)}" if columns else ""))


def _compare_derived(session: Session, found: Verification) -> None:
    """Compare what is derived of governed rows, and is shown, with what their acts come to."""
    for row in session.execute(SQL["derived"], {"operation": found.operation_id}):
        told = f"column {', '.join(row.columns)} does not follow from the acts on it"
        found.fault(row.name, row.key, told)


def _columns_changed(session: Session, form: _Form, which: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Of each row, the columns that are not what they were when its digest was made. which: operation and keys."""
    for row in session.execute(form.marks, which):
        marks = zip(form.columns, row.marks or [], row.now, strict=False)
        yield row.key, [name for name, one, other in marks if one != other]


def _form_of(governed: Governed) -> _Form:
    columns = sorted([*governed.key, *governed.fixed, *governed.once, *governed.free])
    return _form(governed.name, tuple(governed.key), tuple(columns), governed.operation)


@lru_cache
def _form(name: str, key: Sequence[str], columns: Sequence[str], operation: str | None) -> _Form:
    """What the triggers of a governed table wrote, computed anew. It names columns alone: whatever the functions of the
    database say, a digest is of these columns or it does not match."""
    rows = table(name, *(column(each) for each in columns)).alias("r")
    of_row = func.concat_ws(" ", *(cast(rows.c[each], Text) for each in key))
    said = (part for each in columns for part in (literal_column(f"'{each}'"), rows.c[each]))
    form = cast(func.json_build_object(*said), Text)
    digest = func.sha256(RowSeal.salt.op("||")(func.convert_to(form, literal_column("'UTF8'"))))
    now = array([func.coalesce(func.hashtextextended(cast(rows.c[each], Text), 0), 0) for each in columns])
    chain = rows.c[operation] if operation else literal(0)
    seals = rows.outerjoin(RowSeal, and_(RowSeal.name == name, RowSeal.key == of_row))
    here = chain == bindparam("operation", type_=Integer)
    marks = select(of_row.label("key"), RowSeal.marks, now.label("now")).select_from(seals).where(here)
    return _Form(
        columns,
        select(of_row.label("key"), digest.label("digest")).select_from(seals).where(here),
        marks.where(of_row.in_(bindparam("keys", expanding=True))),
    )


@dataclass(frozen=True)
class _Form:
    """The statements that compute a governed table anew; kept, because building them takes as long as asking them.

    digests: of the rows of `operation`. marks: the hashes of single columns of the rows `keys` of it, as they were
    sealed and as they are."""

    columns: Sequence[str]
    digests: Select[Any]
    marks: Select[Any]
