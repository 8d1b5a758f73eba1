"""An exhibit that was open to all countries is closed: what came with it goes behind a lock that its owner alone opens.

A worker does it in one write, and alone: no row may be put behind the old lock meanwhile (ADR 37).
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import be_alone
from workspace.commands.steps import last_sharing
from workspace.errors import NotFound
from workspace.model import AccessGrant, Compartment, Exhibit, ExhibitChange, Lead, jobs
from workspace.model.database import Tx

_CLOSE = text("select lock, parted from close_exhibit(:exhibit)")
_TAKES_LONG = text("select set_config('statement_timeout', '15min', true)")
"""One statement moves all rows: some 1,000 files a second."""
_OWN_COPIES = text("""
select m.id from media_item m where m.compartment_id = :lock and m.state = 'waiting'
  and not exists (select 1 from job j where j.kind = 'read_media' and j.subject_id = m.id)""")
_STAYED = text("""
select m.id from media_item m join media_item own on own.sha256 = m.sha256 and own.compartment_id = :lock
where m.compartment_id = :before and m.register_entry_id is null and m.state = 'read'""")


def follow_closing(tx: Tx, change_id: UUID) -> None:
    """Close an exhibit as its owner said. Asks `work_on_media`; records `exhibit:closed`, `lead:locked` for each of its
    leads, and `access:taken_back` for what had been opened to others for a time.

    What also came with an exhibit that stays open stays open with it. A package that is not built yet is built without
    the side; one that was approved leaves as it was approved. What was seen stays seen.

    Raises:
        NotFound: there is no such change.
        Unavailable: others are writing; it is tried again.
    """
    change = tx.session.get(ExhibitChange, change_id)
    if change is None:
        raise NotFound("There is no such change of an exhibit.")
    require_operation(tx, "work_on_media", change.operation_id)
    be_alone(tx)
    exhibit = tx.session.get_one(Exhibit, change.exhibit_id)
    owner = tx.session.get_one(Compartment, exhibit.compartment_id)
    before = owner.id
    if owner.sharing != "operation" or last_sharing(tx, exhibit.id) != "agency":
        return
    jobs.do_anew(tx, exhibit.operation_id, but="close_exhibit")
    tx.session.execute(_TAKES_LONG)
    lock, parted = tx.session.execute(_CLOSE, {"exhibit": exhibit.id}).one()
    tx.session.expire_all()
    _end_grants(tx, exhibit, lock)
    leads = tx.session.scalars(
        select(Lead).where(Lead.operation_id == exhibit.operation_id, Lead.locks.contains([lock])).order_by(Lead.id)
    ).all()
    for lead in leads:
        tx.record(events.LeadLocked(at(lead), exhibit=exhibit.id))
    tx.record(events.ExhibitClosed(at(exhibit), exhibit=exhibit.id, leads=len(leads)))
    here = {"lock": lock, "before": before}
    jobs.want_all(tx, "read_media", tx.session.scalars(_OWN_COPIES, here).all(), exhibit.operation_id)
    if lock != before:
        jobs.want_all(tx, "match_media", tx.session.scalars(_STAYED, here).all(), exhibit.operation_id)
        jobs.want_all(tx, "match_person", parted, exhibit.operation_id)


def fail_closing(tx: Tx, change_id: UUID) -> None:
    """Say that an exhibit could not be closed: it is open as before, and its owner may ask again. Asks `work_on_media`;
    records `exhibit:closing_failed`.

    Raises:
        NotFound: there is no such change.
    """
    change = tx.session.get(ExhibitChange, change_id)
    if change is None:
        raise NotFound("There is no such change of an exhibit.")
    require_operation(tx, "work_on_media", change.operation_id)
    exhibit = tx.session.get_one(Exhibit, change.exhibit_id)
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
    tx.session.add(still_open)
    tx.session.flush()
    tx.record(events.ExhibitClosingFailed(at(exhibit), exhibit=exhibit.id, why=still_open.id))


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
