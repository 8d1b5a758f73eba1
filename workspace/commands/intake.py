"""Intake: an exhibit is received, its files one by one, and then its intake ends. Every file that came has its line,
also a refused one.

Files are stored before these commands run; here they become rows. The same content in one compartment is one medium,
however often it came, and every device path is kept. Reading starts at once: the job is a row of the same write. Must
not open a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import at, require_operation, require_own_country
from workspace.commands.lines import Arrival, add_lines, content_of, known_lines, line_of, media_of, want_new_read
from workspace.commands.locks import take_place
from workspace.commands.steps import have_read_again, is_being_moved, own_compartment
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Compartment, Exhibit, HalfUpload, Operation, ReceivedFile
from workspace.model.database import Tx
from workspace.rules.codes import EXHIBIT_KINDS, HANDLING_CODES, PASSING, SHARINGS, UNRESTRICTED, ExhibitFact
from workspace.rules.custody import fact_of
from workspace.rules.days import day_in
from workspace.rules.half_uploads import LIVE
from workspace.rules.paths import manifest_of
from workspace.rules.reasons import says_something, words_of

MAX_FILE_BYTES = 4 << 30
"""A file that says it is larger is refused before a byte of it is read."""


def receive_exhibit(
    tx: Tx,
    operation_id: int,
    *,
    country: str,
    label: str,
    kind: str,
    case_reference: str,
    custodian: str,
    handling_code: str = UNRESTRICTED,
    sharing: str = "operation",
    seized_by: str = "",
    seized_on: str = "",
    acquired_hash: str = "",
) -> UUID:
    """Receive a device in the actor's agency's compartment, or in one of its own that only the agency opens (sharing
    `agency`). Who seized it, when, and the hash of its image may be left out, and are corrected later (`exhibits`).

    Asks `receive_exhibit`; records `exhibit:received`.

    Raises:
        Invalid: a value is unknown or missing, or the country takes no part in this operation.
        Forbidden: the actor is of another country, or his country has not accepted the terms.
        Conflict: the country has an exhibit of this label already.
    """
    operation = require_operation(tx, "receive_exhibit", operation_id)
    _require_facts(country, label, kind, case_reference, custodian, handling_code, sharing)
    seizure = _seizure(day_in(tx.now, operation.time_zone), seized_by, seized_on, acquired_hash)
    require_own_country(tx, operation, country)
    compartment_id = own_compartment(tx, operation_id, sharing)
    exhibit_id = _insert_exhibit(
        tx,
        operation_id=operation_id,
        compartment_id=compartment_id,
        country=country,
        label=words_of(label),
        kind=kind,
        case_reference=words_of(case_reference),
        custodian=words_of(custodian),
        handling_code=handling_code,
        was_prepared=operation.state == "prepared",
        **seizure,
    )
    tx.record(
        events.ExhibitReceived(events.Place(operation_id, (compartment_id,)), exhibit=exhibit_id, country=country)
    )
    return exhibit_id


def _insert_exhibit(tx: Tx, *, country: str, label: str, **facts: object) -> UUID:
    exhibit_id = uuid4()
    received = tx.session.execute(
        insert(Exhibit)
        .values(id=exhibit_id, country=country, label=label, **facts)
        .on_conflict_do_nothing()  # whichever spelling of the label stands there
        .returning(Exhibit.id)
    ).first()
    if received is None:
        raise Conflict("{country} has an exhibit «{label}» in this operation already.", country=country, label=label)
    return exhibit_id


def receive_files(tx: Tx, exhibit_id: UUID, arrivals: Sequence[Arrival]) -> int:
    """Write down files that came with an exhibit, and have the readable ones read; returns how many were new.

    A path that has its line already is passed over, so that an intake that stopped can simply be run again; a line
    refused for a passing reason is taken over by the file when it comes whole. Asks `receive_exhibit`.

    Raises:
        Conflict: the exhibit's intake has ended, it is being closed, or a path came before, or twice here, with other
            content.
        Forbidden: the exhibit is another agency's.
    """
    exhibit, operation = require_exhibit(tx, exhibit_id, lock="share")
    if exhibit.intake_ended_at is not None:
        raise Conflict(
            "The intake of this exhibit has ended. Bring in later files as a new exhibit.", reason="intake_ended"
        )
    if is_being_moved(tx, exhibit_id):
        raise Conflict(
            "This exhibit is being closed to the other countries. Send its files once that is done.", reason="closing"
        )
    came = _by_path(arrivals)
    known = known_lines(tx, exhibit_id, came)
    _require_unchanged(came, known)
    new = [arrival for path, arrival in came.items() if path not in known]
    better = [
        came[path] for path, (_, refusal) in known.items() if refusal in PASSING and came[path].refusal not in PASSING
    ]
    media, fresh = media_of(tx, operation.id, exhibit.compartment_id, new + better)
    have_read_again(tx, sorted(set(media.values()) - set(fresh)))
    written = sum(_replace_line(tx, line_of(operation.id, exhibit, arrival, media)) for arrival in better)
    inserted = add_lines(tx, [line_of(operation.id, exhibit, arrival, media) for arrival in new])
    late = {arrival.path: arrival for arrival in new if arrival.path not in inserted}
    _require_unchanged(
        late, known_lines(tx, exhibit_id, late)
    )  # another write was first: with the same content, or this is refused
    want_new_read(tx, operation.id, exhibit.compartment_id, fresh)
    return written + len(inserted)


def receive_file(tx: Tx, exhibit_id: UUID, arrival: Arrival) -> bool:
    """Write down one file; False if its line stands already as it is. See `receive_files`."""
    return receive_files(tx, exhibit_id, [arrival]) == 1


def end_intake(tx: Tx, exhibit_id: UUID, *, manifest_sha256: bytes | None = None) -> None:
    """End an exhibit's intake; nothing can be added to it afterwards. Asks `receive_exhibit`; records `intake:ended`.

    manifest_sha256: what the sender computed over the lines «<SHA-256 in hex>  <path>», sorted by path and ended by a
    newline each, of all files whose content was received. Where it differs nothing is lost and the intake stays open:
    records `intake:stopped`.

    Raises:
        Conflict: it has ended already; files of it are half received (reason `half_received`); or (after the commit)
            the manifest is another one.
    """
    # Waits until the files that are just being written down are committed.
    exhibit, _ = require_exhibit(tx, exhibit_id, lock="update")
    if exhibit.intake_ended_at is not None:
        raise Conflict("The intake of this exhibit has ended already.")
    _require_none_half_received(tx, exhibit_id)
    computed = _manifest(tx, exhibit_id)
    if manifest_sha256 is not None and manifest_sha256 != computed:
        _stop(tx, exhibit, "manifest_differs")
        tx.refuse(
            Conflict(
                "The manifest's hash differs from that of the files that came. All files are kept, and the "
                "intake stays open.",
                reason="manifest_differs",
                received=computed.hex(),
                stated=manifest_sha256.hex(),
            )
        )
        return
    received, refused = tx.session.execute(
        select(func.count(), func.count(ReceivedFile.refusal)).where(ReceivedFile.exhibit_id == exhibit_id)
    ).one()
    exhibit.manifest_sha256 = computed
    exhibit.intake_ended_at = tx.now
    exhibit.intake_failure = None
    tx.record(
        events.IntakeEnded(
            at(exhibit),
            exhibit=exhibit_id,
            received=received,
            refused=refused,
        )
    )


def _require_none_half_received(tx: Tx, exhibit_id: UUID) -> None:
    """Pass if no file of the exhibit waits for its rest, or to be taken: it would be lost with the end."""
    paths = tx.session.scalars(
        select(HalfUpload.path).where(HalfUpload.exhibit_id == exhibit_id, HalfUpload.state.in_(LIVE))
    ).all()
    if paths:
        raise Conflict(
            "{count} files of this exhibit are half received, or just being taken. Go on with them, throw them away, "
            "or wait until they are taken; then end the intake.",
            count=len(paths),
            paths=list(paths[:20]),
            reason="half_received",
        )


def stop_intake(tx: Tx, exhibit_id: UUID, *, reason: str) -> None:
    """Write down why an intake stopped before its end (disk full, interrupted). Asks `receive_exhibit`; records
    `intake:stopped`.

    What was stored stays; running the same intake again goes on where it stopped.
    """
    exhibit, _ = require_exhibit(tx, exhibit_id, lock="update")
    if exhibit.intake_ended_at is None:
        _stop(tx, exhibit, reason)


def _manifest(tx: Tx, exhibit_id: UUID) -> bytes:
    """SHA-256 over the sorted lines of an exhibit's received content; of an archive its own line, not its members."""
    rows = tx.session.execute(
        select(ReceivedFile.path, ReceivedFile.path_bytes, ReceivedFile.sha256).where(
            ReceivedFile.exhibit_id == exhibit_id, ReceivedFile.sha256.is_not(None), ReceivedFile.inside.is_(None)
        )
    ).all()
    return manifest_of(
        (row.path.encode() if row.path_bytes is None else row.path_bytes, row.sha256) for row in rows if row.sha256
    )


def require_exhibit(
    tx: Tx, exhibit_id: UUID, *, lock: Literal["none", "share", "update"] = "none"
) -> tuple[Exhibit, Operation]:
    """Load an exhibit of the actor's own agency and pass if he may bring in material now.

    lock: `share` with other files that are written down, against its end; `update` for its end; until the commit.

    Raises:
        NotFound: there is none for him. Forbidden: it is another agency's. Closed: see `policy.require`.
    """
    wanted = (
        select(Exhibit, Compartment.agency_id)
        .join(Compartment, Compartment.id == Exhibit.compartment_id)
        .where(Exhibit.id == exhibit_id)
    )
    if lock != "none":
        take_place(tx, "exhibit")
        wanted = wanted.with_for_update(of=Exhibit, read=lock == "share", key_share=lock == "update")
    row = tx.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("There is no such exhibit.")
    exhibit, agency_id = row
    operation = require_operation(tx, "receive_exhibit", exhibit.operation_id)
    if agency_id != tx.actor.agency_id:
        raise Forbidden("This exhibit belongs to another agency.")
    return exhibit, operation


def _require_facts(
    country: str, label: str, kind: str, case: str, custodian: str, handling_code: str, sharing: str
) -> None:
    faults = [
        Fault(name, "«{value}» is not one of {known}", value=value, known=known)
        for name, value, known in (
            ("kind", kind, EXHIBIT_KINDS),
            ("handling_code", handling_code, HANDLING_CODES),
            ("sharing", sharing, SHARINGS),
        )
        if value not in known
    ]
    faults += [
        Fault(name, "needs a letter or a digit")
        for name, value in (("label", label), ("case_reference", case), ("custodian", custodian))
        if not says_something(value)
    ]
    if not re.fullmatch("[A-Z]{2}", country):
        faults.append(Fault("country", "«{value}» is no ISO 3166 code of two capital letters", value=country))
    if faults:
        raise Invalid("The exhibit cannot be received: {faults}", faults=faults)


def _seizure(today: date, seized_by: str, seized_on: str, acquired_hash: str) -> dict[str, object]:
    """What was said of the seizure, as it is stored; all of it may be left out."""
    said: dict[ExhibitFact, str] = {"seized_by": seized_by, "seized_on": seized_on, "acquired_hash": acquired_hash}
    facts: dict[str, object] = {}
    faults: list[Fault] = []
    for what, value in said.items():
        try:
            facts[what] = fact_of(what, value, today)
        except ValueError as fault:
            faults += fault.args
    if faults:
        raise Invalid("The exhibit cannot be received: {faults}", faults=faults)
    return facts


def _by_path(arrivals: Sequence[Arrival]) -> dict[str, Arrival]:
    came: dict[str, Arrival] = {}
    for arrival in arrivals:
        came.setdefault(arrival.path, arrival)
    _refuse_changed([each.path for each in arrivals if content_of(each) != content_of(came[each.path])])
    return came


def _require_unchanged(came: Mapping[str, Arrival], known: Mapping[str, tuple[bytes | None, str | None]]) -> None:
    """Pass if no path came again with other content; a file that was refused for a passing reason may have changed."""
    lines = [(came[path], *line) for path, line in known.items()]
    _refuse_changed(
        [a.path for a, sha256, refusal in lines if a.stored and refusal not in PASSING and sha256 != a.stored.sha256]
    )


def _refuse_changed(paths: Sequence[str]) -> None:
    if paths:
        raise Conflict(
            "A different file has already come under this path.", paths=list(paths[:20]), reason="other_content"
        )


def _replace_line(tx: Tx, line: Mapping[str, object]) -> int:
    """Replace a line that was refused for a passing reason by what came now; returns 0 if another write was first."""
    said = {name: line[name] for name in ("media_item_id", "size_bytes", "sha256", "refusal")}
    replaced = tx.session.scalars(
        update(ReceivedFile)
        .filter_by(exhibit_id=line["exhibit_id"], path=line["path"])
        .where(ReceivedFile.refusal.in_(PASSING))
        .values(**said, received_at=tx.now)
        .returning(ReceivedFile.id)
    ).all()
    return len(replaced)


def _stop(tx: Tx, exhibit: Exhibit, reason: str) -> None:
    tx.session.execute(update(Exhibit).where(Exhibit.id == exhibit.id).values(intake_failure=reason))
    tx.record(events.IntakeStopped(at(exhibit), exhibit=exhibit.id, reason=reason))
