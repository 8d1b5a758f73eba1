"""The stored originals of an exhibit are read again and compared with the hashes that they came with: when its owner
asks, and by Concord once a day. Must not read a file: the worker does.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import and_, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import at, require_operation
from workspace.commands.own_exhibit import require_own_exhibit
from workspace.errors import Conflict, NotFound
from workspace.model import Exhibit, OriginalCheck, jobs
from workspace.model.database import Tx

EVERY = text("interval '24 hours'")
PRIORITY = 9
"""After everything that somebody waits for."""
AT_ONCE = 5
"""How many exhibits are checked at a time, so that a night's checks do not stand before the day's work."""
_IS_OPEN = (OriginalCheck.checked_at.is_(None), OriginalCheck.failed_at.is_(None))


def ask_check(tx: Tx, exhibit_id: UUID) -> UUID:
    """Have the originals of an exhibit of the actor's own agency checked; returns the check's id. Asks
    `check_originals`; records `exhibit:check_asked`.

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: a check is under way.
    """
    exhibit = require_own_exhibit(tx, "check_originals", exhibit_id)
    check_id = _want(tx, exhibit, asked_by=tx.actor.id)
    if check_id is None:
        raise Conflict("The originals of this exhibit are being checked already.")
    tx.record(events.ExhibitCheckAsked(at(exhibit), exhibit=exhibit_id))
    return check_id


def want_checks(tx: Tx) -> int:
    """Have exhibits checked whose originals were not looked at for a day, a few at a time; returns how many. Asks
    `want_checks`; only housekeeping calls it."""
    under_way = tx.session.scalars(select(func.count()).where(*_IS_OPEN)).one()
    lately = exists().where(
        OriginalCheck.exhibit_id == Exhibit.id, or_(OriginalCheck.asked_at > func.now() - EVERY, and_(*_IS_OPEN))
    )
    due = tx.session.scalars(
        select(Exhibit)
        .where(Exhibit.intake_ended_at < func.now() - EVERY, ~lately)
        .order_by(Exhibit.intake_ended_at)
        .limit(max(0, AT_ONCE - under_way))
    ).all()
    return each(tx, "want_checks", due, _want_own)


def _want_own(tx: Tx, exhibit: Exhibit) -> None:
    _want(tx, exhibit, asked_by=None)


def record_check(tx: Tx, check_id: UUID, *, files: int, wrong: Sequence[UUID], missing: Sequence[UUID]) -> None:
    """Write what a check found. Asks `work_on_media`; records `exhibit:checked`.

    files: how many different originals were read; wrong, missing: the media whose original is not what came, or is not
    there.
    """
    row = tx.session.execute(
        select(OriginalCheck, Exhibit)
        .join(Exhibit, Exhibit.id == OriginalCheck.exhibit_id)
        .where(OriginalCheck.id == check_id, *_IS_OPEN)
    ).one_or_none()
    if row is None:
        return
    check, exhibit = row
    require_operation(tx, "work_on_media", check.operation_id)
    tx.session.execute(
        update(OriginalCheck)
        .where(OriginalCheck.id == check_id)
        .values(checked_at=func.now(), files=files, wrong=list(wrong), missing=list(missing))
    )
    tx.record(
        events.ExhibitChecked(at(exhibit), exhibit=exhibit.id, files=files, wrong=len(wrong), missing=len(missing))
    )


def fail_check(tx: Tx, check_id: UUID) -> None:
    """Say that every attempt at a check failed, so that another can be asked for. Asks `work_on_media`.

    Raises:
        NotFound: there is no such check.
    """
    check = tx.find(OriginalCheck, check_id, otherwise=NotFound("There is no such check."))
    require_operation(tx, "work_on_media", check.operation_id)
    tx.change(update(OriginalCheck).where(OriginalCheck.id == check_id, *_IS_OPEN).values(failed_at=func.now()))


def note_custody_print(tx: Tx, exhibit_id: UUID) -> None:
    """Write down that the custody log of one's own exhibit was printed. Asks `print_custody`; records
    `exhibit:custody_printed`. Raises like `ask_check`."""
    exhibit = require_own_exhibit(tx, "print_custody", exhibit_id)
    tx.record(events.ExhibitCustodyPrinted(at(exhibit), exhibit=exhibit_id))


def note_vics_export(tx: Tx, exhibit_id: UUID) -> None:
    """Write down that hashes and paths of one's own exhibit were exported. Asks `export_vics`; records
    `exhibit:exported`. Raises like `ask_check`."""
    exhibit = require_own_exhibit(tx, "export_vics", exhibit_id)
    tx.record(events.ExhibitExported(at(exhibit), exhibit=exhibit_id))


def _want(tx: Tx, exhibit: Exhibit, *, asked_by: int | None) -> UUID | None:
    """The id of a new check; None where one is still to be done, also if somebody asks for it at this moment."""
    check = insert(OriginalCheck).values(
        id=uuid4(), operation_id=exhibit.operation_id, exhibit_id=exhibit.id, asked_by=asked_by
    )
    check_id = tx.session.scalar(check.on_conflict_do_nothing().returning(OriginalCheck.id))
    if check_id is not None:
        jobs.want(tx, "check_originals", check_id, exhibit.operation_id, priority=PRIORITY)
    return check_id
