"""What people say about a lead: comments, annotations (on media too), priority; and who is looking.

Comments and notes carry locks of their own, by default their author's side: a country's remark on its closed material
does not reach the other side by way of the shared lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.comments import NOBODY, Calls, Said, add_comment
from workspace.commands.guard import at, require_lead, require_operation
from workspace.commands.steps import announce_presence, keep_reason
from workspace.commands.threads import require_medium
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound, WorkspaceError
from workspace.model import Annotation, Compartment, Face, Lead, LeadEvidence, MediaItem, Presence
from workspace.model.database import Tx
from workspace.rules.boxes import NO_BOX, shares_of
from workspace.rules.reasons import require_reason, says_something, words_of


@dataclass(frozen=True)
class SeenThere:
    """What somebody sees in a medium, and where: a face, a box in per cent of the picture's sides, seconds."""

    note: str
    box: dict[str, Any] | None = None
    at_s: float | None = None
    until_s: float | None = None
    face_id: UUID | None = None


def comment_on_lead(
    tx: Tx, lead_id: UUID, *, body: str, language: str, thread: UUID | None = None, calls: Calls = NOBODY
) -> UUID:
    """Add a comment and return its id. Asks `comment_on_lead`; records `comment:added` with the comment's own locks.

    thread: the comment that it answers. Raises: see `add_comment`.
    """
    lead, _ = require_lead(tx, "comment_on_lead", lead_id)
    said = Said(body, language, thread, calls)
    return add_comment(tx, at(lead, locks=_side_of(tx, lead)), said, about=lead.locks)


def annotate_lead(tx: Tx, lead_id: UUID, *, face_id: UUID | None, box: dict[str, Any] | None, note: str) -> UUID:
    """Mark a box of a face's picture, or note something on a lead; return the annotation's id.

    Asks `annotate_lead`; records `annotation:added`. box: a W3C FragmentSelector in per cent of the crop's sides.

    Raises:
        NotFound: the face is not on a side of this lead that the actor may open.
        Forbidden: it is, but only its picture is open to the actor.
        Invalid: the box or the note is not acceptable.
    """
    lead, _ = require_lead(tx, "annotate_lead", lead_id)
    _check_note(box, note)
    row = Annotation(
        operation_id=lead.operation_id,
        lead_id=lead_id,
        compartment_id=_compartment_of(tx, lead, face_id),
        face_id=face_id,
        box=box,
        note=words_of(note),
        author_id=tx.actor.id,
    )
    tx.add(row)
    tx.record(events.AnnotationAdded(at(lead, locks=(row.compartment_id,)), annotation=row.id))
    return row.id


def annotate_medium(tx: Tx, medium_id: UUID, seen: SeenThere) -> UUID:
    """Mark a place in a medium that came with an exhibit, or note something on it; return the annotation's id.

    Asks `annotate_medium`; records `annotation:added`.

    Raises:
        NotFound: there is no such medium for the actor, or no such face in it.
        Invalid: the box, the time or the note is not acceptable.
    """
    medium = require_medium(tx, "annotate_medium", medium_id)
    _check_note(seen.box, seen.note)
    if fault := _fault_of_time(medium, seen):
        raise Invalid("The note cannot be saved.", faults=[fault])
    if seen.face_id is not None and getattr(tx.session.get(Face, seen.face_id), "media_item_id", None) != medium_id:
        raise NotFound("There is no such face in this medium.")
    row = Annotation(
        operation_id=medium.operation_id,
        media_item_id=medium_id,
        compartment_id=medium.compartment_id,
        face_id=seen.face_id,
        box=seen.box,
        at_s=seen.at_s,
        until_s=seen.until_s,
        note=words_of(seen.note),
        author_id=tx.actor.id,
    )
    tx.add(row)
    tx.record(events.AnnotationAdded(_place_of(row), annotation=row.id, media=medium_id))
    return row.id


def change_annotation(tx: Tx, annotation_id: UUID, *, version: int, box: dict[str, Any] | None, note: str) -> int:
    """Change one's own annotation and return its new version; its time in a video stays. Asks what `annotate_lead` or
    `annotate_medium` ask; records `annotation:changed`.

    Raises:
        Conflict: it was changed since `version`; the facts hold what stands there now.
    """
    annotation = _own_annotation(tx, annotation_id)
    _require_noted(tx, annotation)
    _check_note(box, note)
    new = tx.change_one(
        update(Annotation)
        .where(Annotation.id == annotation_id, Annotation.version == version, Annotation.removed_at.is_(None))
        .values(
            box=box,
            note=words_of(note),
            version=Annotation.version + 1,
            changed_at=func.now(),
            played_by=tx.played_by,
        )
        .returning(Annotation.version),
        otherwise=Conflict(
            "Somebody else has changed this note meanwhile.",
            note=annotation.note,
            box=annotation.box,
            version=annotation.version,
        ),
    )
    media = annotation.media_item_id
    tx.record(events.AnnotationChanged(_place_of(annotation), annotation=annotation_id, version=new, media=media))
    return new


def remove_annotation(tx: Tx, annotation_id: UUID) -> None:
    """Take one's own annotation away; its record stays. Asks like `change_annotation`; records `annotation:removed`."""
    annotation = _own_annotation(tx, annotation_id)
    _require_noted(tx, annotation)
    tx.change_one(
        update(Annotation)
        .where(Annotation.id == annotation_id, Annotation.removed_at.is_(None))
        .values(removed_at=func.now()),
        otherwise=NotFound("There is no such note of yours."),
    )
    media = annotation.media_item_id
    tx.record(events.AnnotationRemoved(_place_of(annotation), annotation=annotation_id, media=media))


def export_annotations(tx: Tx, *, lead_id: UUID | None = None, medium_id: UUID | None = None) -> None:
    """Write down that what was said of a lead or of one's own medium is exported. Asks `export_annotations`; records
    `annotations:exported`.

    Raises:
        NotFound: there is no such lead or medium for the actor. Forbidden: the medium is another agency's.
    """
    if lead_id is not None:
        lead, _ = require_lead(tx, "export_annotations", lead_id)
        tx.record(events.AnnotationsExported(at(lead)))
        return
    if medium_id is None:
        raise NotFound("There is no such medium.")
    medium = require_medium(tx, "export_annotations", medium_id)
    if tx.session.get_one(Compartment, medium.compartment_id).agency_id != tx.actor.agency_id:
        raise Forbidden("What is said of a medium is exported by the agency that owns it.")
    tx.record(events.AnnotationsExported(at(medium), media=medium_id))


def prioritise_lead(tx: Tx, lead_id: UUID, *, priority: int) -> None:
    """Set a lead's priority to 2 or 3; P1 needs a reason (`mark_urgent`). Asks `prioritise_lead`; records
    `lead:prioritised`."""
    lead, _ = require_lead(tx, "prioritise_lead", lead_id, held=True)
    if priority not in (2, 3):
        raise Invalid(
            "The priority must be 2 or 3. A lead becomes P1 when it is marked as urgent.",
            faults=[Fault("priority", "between {least} and {most}", least=2, most=3)],
        )
    before = lead.priority
    if before == priority:
        return
    tx.session.execute(update(Lead).where(Lead.id == lead_id).values(priority=priority))
    tx.record(events.LeadPrioritised(at(lead), before=before, after=priority))


def mark_urgent(tx: Tx, lead_id: UUID, *, reason: str) -> None:
    """Say that a lead comes first (P1), since a child may be at risk now. Asks `prioritise_lead`; records
    `lead:marked_urgent`.

    Who does it to a lead that is P1 already adds a reason: each is kept, the last one counts. A lower priority ends it.
    """
    lead, _ = require_lead(tx, "prioritise_lead", lead_id)
    reason = require_reason(reason)
    tx.session.execute(update(Lead).where(Lead.id == lead_id).values(priority=1))
    tx.record(events.LeadMarkedUrgent(at(lead), why=keep_reason(tx, lead, reason)))


def note_presence(tx: Tx, lead_id: UUID, *, mode: str) -> None:
    """Say that the actor is looking at a lead now. Asks `view_media`; never an event: it expires by itself."""
    lead, _ = require_lead(tx, "view_media", lead_id)
    tx.session.execute(
        insert(Presence)
        .values(lead_id=lead_id, user_id=tx.actor.id, operation_id=lead.operation_id, locks=lead.locks, mode=mode)
        .on_conflict_do_update(index_elements=["lead_id", "user_id"], set_={"mode": mode, "seen_at": func.now()})
    )
    announce_presence(tx, lead.operation_id)


def end_presence(tx: Tx, lead_id: UUID) -> None:
    """Say that the actor has left a lead."""
    lead, _ = require_lead(tx, "view_media", lead_id)
    tx.session.execute(delete(Presence).where(Presence.lead_id == lead_id, Presence.user_id == tx.actor.id))
    announce_presence(tx, lead.operation_id)


def _side_of(tx: Tx, lead: Lead) -> list[int]:
    """The compartments of the author's side: the lead's of his own agency, or else those of the lead that he may
    open."""
    rows = tx.session.execute(
        text("""select c.id, c.agency_id = :agency as own from compartment c
             where c.id = any (:locks) and c.id = any ((select my_keys())::int[]) order by c.id"""),
        {"agency": tx.actor.agency_id, "locks": list(lead.locks)},
    ).all()
    own = [row.id for row in rows if row.own]
    return own or [row.id for row in rows]


def _compartment_of(tx: Tx, lead: Lead, face_id: UUID | None) -> int:
    if face_id is None:
        return _side_of(tx, lead)[0]
    row = tx.session.execute(
        select(Face.compartment_id)
        .join(LeadEvidence, LeadEvidence.lead_id == lead.id)
        .where(
            Face.id == face_id,
            Face.compartment_id == LeadEvidence.compartment_id,
            (LeadEvidence.face_id == Face.id)
            | (LeadEvidence.person_id == Face.person_id)
            | (LeadEvidence.register_entry_id == Face.register_entry_id),
        )
    ).first()
    if row is None:
        raise _not_markable(tx, face_id)
    return int(row[0])


def _not_markable(tx: Tx, face_id: UUID) -> WorkspaceError:
    """The refusal for a face that stands in nothing that the actor may open: its picture may be open to him."""
    shown = text("select exists (select 1 from pair_picture(:face, null))")
    if tx.session.execute(shown, {"face": face_id}).scalar_one():
        return Forbidden(
            "Only the picture is open to you, and a mark on it would stand in material that is closed to you. "
            "Write a comment, or ask for access to the whole exhibit."
        )
    return NotFound("There is no such face on this lead.")


def _own_annotation(tx: Tx, annotation_id: UUID) -> Annotation:
    annotation = tx.session.get(Annotation, annotation_id)
    if annotation is None or annotation.removed_at is not None or annotation.author_id != tx.actor.id:
        raise NotFound("There is no such note of yours.")
    return annotation


def _require_noted(tx: Tx, annotation: Annotation) -> None:
    """Pass if the actor may note something now on what the annotation is on."""
    if annotation.lead_id is not None:
        require_lead(tx, "annotate_lead", annotation.lead_id)
    else:
        require_operation(tx, "annotate_medium", annotation.operation_id)


def _place_of(annotation: Annotation) -> events.Place:
    return events.Place(annotation.operation_id, (annotation.compartment_id,), lead_id=annotation.lead_id)


def _fault_of_time(medium: MediaItem, seen: SeenThere) -> Fault | None:
    if seen.at_s is None and seen.until_s is None:
        return None
    if medium.duration_s is None:
        return Fault("at_s", "this medium has no length: leave the time out")
    last = medium.duration_s
    if seen.at_s is None or not 0 <= seen.at_s <= last:
        return Fault("at_s", "a second of the medium, 0 to {last}", last=round(last, 1))
    if seen.until_s is not None and not seen.at_s <= seen.until_s <= last:
        return Fault("until_s", "a second behind the first one, up to {last}", last=round(last, 1))
    return None


def _check_note(box: dict[str, Any] | None, note: str) -> None:
    faults = [] if says_something(note) else [Fault("note", "say what you see")]
    if box is not None and shares_of(box) is None:
        faults.append(Fault("box", NO_BOX))
    if faults:
        raise Invalid("The note cannot be saved.", faults=faults)
