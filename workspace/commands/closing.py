"""An exhibit that was open to all countries is closed: what came with it goes behind a lock that its owner alone opens.

A worker does it, and each part of it alone: no row may be put behind the old lock meanwhile (ADR 37). What came with
few files moves in one write; more of them part by part, and until all have moved nobody but the owner opens what the
agency shares (ADR 90).
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import be_alone
from workspace.commands.steps import last_sharing
from workspace.errors import NotFound
from workspace.model import AccessGrant, Closing, Compartment, Exhibit, ExhibitChange, Lead, ReceivedFile, jobs
from workspace.model.database import Tx

AT_ONCE = 1_000
"""Files of an exhibit that is closed in one write: others wait for it for about a second."""
PART = 200
"""Files, persons or leads of one part: others wait for it for a fraction of a second."""

_BEGIN = text("select begin_closing(:exhibit)")
_PART = text("select what, leads from close_part(:exhibit, :most)")
_END = text("select before, parted from end_closing(:exhibit)")
_TAKES_LONG = text("select set_config('statement_timeout', '15min', true)")
_OWN_COPIES = text("""
select m.id from media_item m where m.compartment_id = :lock and m.state = 'waiting'
  and not exists (select 1 from job j where j.kind = 'read_media' and j.subject_id = m.id)""")
_STAYED = text("""
select m.id from media_item m join media_item own on own.sha256 = m.sha256 and own.compartment_id = :lock
where m.compartment_id = :before and m.register_entry_id is null and m.state = 'read'""")


def begin_closing(tx: Tx, change_id: UUID) -> bool:
    """Begin to close an exhibit that came with many files; returns whether it goes part by part. Asks `work_on_media`;
    records `exhibit:closing_began`.

    From the commit on nobody but its owner sees it, nor, until it has moved, anything else that the agency shares.

    Raises:
        NotFound: there is no such change.
        Unavailable: others are writing; it is tried again.
    """
    exhibit = _exhibit_of(tx, change_id)
    if _under_way(tx, exhibit):
        return True
    files = tx.session.execute(
        select(func.count()).select_from(ReceivedFile).where(ReceivedFile.exhibit_id == exhibit.id)
    ).scalar_one()
    owner = tx.session.get_one(Compartment, exhibit.compartment_id)
    if files <= AT_ONCE or not owner.is_common or not _is_wanted(tx, exhibit, owner):
        return False
    be_alone(tx)
    jobs.do_anew(tx, exhibit.operation_id, but="close_exhibit")
    tx.session.execute(_BEGIN, {"exhibit": exhibit.id})
    tx.session.expire_all()
    tx.record(events.ExhibitClosingBegan(at(exhibit), exhibit=exhibit.id, files=files))
    return True


def move_part(tx: Tx, change_id: UUID) -> bool:
    """Move the next part of an exhibit that is being closed; returns whether there may be more. Asks `work_on_media`;
    records `lead:locked` for each lead that it closes, and `exhibit:part_moved` where persons were divided.

    Raises:
        NotFound: there is no such change.
        Unavailable: others are writing; it is tried again.
    """
    exhibit = _exhibit_of(tx, change_id)
    be_alone(tx)
    return _move_next(tx, exhibit, PART) not in (None, "last lines")


def follow_closing(tx: Tx, change_id: UUID) -> None:
    """Close an exhibit as its owner said, or do what is left of it. Asks `work_on_media`; records `exhibit:closed`,
    `lead:locked` for each of its leads, and `access:taken_back` for what had been opened to others for a time.

    What also came with an exhibit that stays open stays open with it. A package that is not built yet is built without
    the side; one that was approved leaves as it was approved. What was seen stays seen.

    Raises:
        NotFound: there is no such change.
        Unavailable: others are writing; it is tried again.
    """
    exhibit = _exhibit_of(tx, change_id)
    be_alone(tx)
    if not _under_way(tx, exhibit):
        if not _is_wanted(tx, exhibit, tx.session.get_one(Compartment, exhibit.compartment_id)):
            return
        jobs.do_anew(tx, exhibit.operation_id, but="close_exhibit")
        tx.session.execute(_BEGIN, {"exhibit": exhibit.id})
        tx.session.expire_all()
    tx.session.execute(_TAKES_LONG)
    _end_closing(tx, exhibit)


def fail_closing(tx: Tx, change_id: UUID) -> None:
    """Say that an exhibit could not be closed: it is open as before, and its owner may ask again. Asks `work_on_media`;
    records `exhibit:closing_failed`. One of which parts have moved stays closed, and is gone on with.

    Raises:
        NotFound: there is no such change.
    """
    exhibit = _exhibit_of(tx, change_id)
    if _under_way(tx, exhibit):
        jobs.want(tx, "close_exhibit", change_id, exhibit.operation_id, priority=1)
        return
    change = tx.session.get_one(ExhibitChange, change_id)
    still_open = ExhibitChange(
        id=uuid4(),
        operation_id=change.operation_id,
        compartment_id=exhibit.compartment_id,
        exhibit_id=exhibit.id,
        what="sharing",
        before="agency",
        after="operation",
        reason=change.reason,
        decided_by=tx.actor.id,
    )
    tx.add(still_open)
    tx.record(events.ExhibitClosingFailed(at(exhibit), exhibit=exhibit.id, why=still_open.id))


def _exhibit_of(tx: Tx, change_id: UUID) -> Exhibit:
    change = tx.find(ExhibitChange, change_id, otherwise=NotFound("There is no such change of an exhibit."))
    require_operation(tx, "work_on_media", change.operation_id)
    return tx.session.get_one(Exhibit, change.exhibit_id)


def _under_way(tx: Tx, exhibit: Exhibit) -> bool:
    return tx.session.scalars(select(Closing).where(Closing.exhibit_id == exhibit.id)).first() is not None


def _is_wanted(tx: Tx, exhibit: Exhibit, owner: Compartment) -> bool:
    return owner.sharing == "operation" and last_sharing(tx, exhibit.id) == "agency"


def _move_next(tx: Tx, exhibit: Exhibit, most: int) -> str | None:
    """Move the next part, of so many rows; returns what it was, None if nothing was left."""
    row = tx.session.execute(_PART, {"exhibit": exhibit.id, "most": most}).one_or_none()
    if row is None:
        return None
    tx.session.expire_all()
    for lead in tx.session.scalars(select(Lead).where(Lead.id.in_(row.leads)).order_by(Lead.id)):
        tx.record(events.LeadLocked(at(lead), exhibit=exhibit.id))
    if row.what in ("persons", "words"):
        tx.record(events.ExhibitPartMoved(at(exhibit), exhibit=exhibit.id))
    return str(row.what)


def _end_closing(tx: Tx, exhibit: Exhibit) -> None:
    """Move what is left, and have done what follows of it."""
    while _move_next(tx, exhibit, AT_ONCE) is not None:
        pass
    lock = exhibit.compartment_id
    moved = tx.session.execute(_END, {"exhibit": exhibit.id}).one() if _under_way(tx, exhibit) else None
    _end_grants(tx, exhibit, lock)
    leads = tx.session.scalars(
        select(Lead).where(Lead.operation_id == exhibit.operation_id, Lead.locks.contains([lock])).order_by(Lead.id)
    ).all()
    if moved is None:  # it has had a lock of its own before: no row has moved
        for lead in leads:
            tx.record(events.LeadLocked(at(lead), exhibit=exhibit.id))
    tx.record(events.ExhibitClosed(at(exhibit), exhibit=exhibit.id, leads=len(leads)))
    here = {"lock": lock, "before": lock if moved is None else moved.before}
    jobs.want_all(tx, "read_media", tx.session.scalars(_OWN_COPIES, here).all(), exhibit.operation_id)
    if moved is not None:
        jobs.want_all(tx, "match_media", tx.session.scalars(_STAYED, here).all(), exhibit.operation_id)
        jobs.want_all(tx, "match_person", moved.parted, exhibit.operation_id)


def _end_grants(tx: Tx, exhibit: Exhibit, lock: int) -> None:
    """End what the owner had opened to others for a time before all could see it."""
    rows = tx.session.execute(
        update(AccessGrant)
        .where(
            AccessGrant.compartment_id == lock,
            AccessGrant.granted.is_(True),
            AccessGrant.ended_at.is_(None),
            AccessGrant.until > func.now(),
        )
        .values(ended_at=func.now())
        .returning(AccessGrant.id, AccessGrant.lead_id, AccessGrant.agency_id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in rows:
        place = events.Place(exhibit.operation_id, (lock,), lead_id=row.lead_id)
        tx.record(events.AccessTakenBack(place, grant=row.id, agency=row.agency_id))
