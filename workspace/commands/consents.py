"""A country changes what it consented to: whether faces in its material are compared, and whether others are told how
many of their files it holds.

The consent counts from the commit on. Vectors are erased, or made anew, by a worker: here is what he writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, func, select, text

from workspace import events
from workspace.commands.assessments import decide_again
from workspace.commands.basis import end_basis, restore_basis
from workspace.commands.guard import lets_compare, require_operation
from workspace.commands.locks import hold, take_place
from workspace.commands.steps import keep_consent
from workspace.errors import Conflict, Invalid, NotFound
from workspace.model import Consent, Face, Lead, Participation, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.leads import FACE_KINDS

SQL = statements(__file__)

URGENT = 1
"""Before all other work: what a country no longer allows must not wait."""


def change_consents(
    tx: Tx, operation_id: int, *, face_recognition: bool | None = None, shares_known_count: bool | None = None
) -> None:
    """Change the consents of the actor's country; None leaves one as it is. Asks `change_consents`; records
    `consent:changed` for each that changes, and has a worker follow where faces are concerned.

    Raises:
        Invalid: nothing is to be changed.
        Conflict: the country has not accepted the terms, or said the same already.
    """
    require_operation(tx, "change_consents", operation_id, held=True)
    wanted = {"face_recognition": face_recognition, "shares_known_count": shares_known_count}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if not wanted:
        raise Invalid("Say what is to be changed.", faults=["face_recognition, shares_known_count"])
    take_place(tx, "country")
    part = tx.session.execute(
        select(Participation)
        .where(Participation.operation_id == operation_id, Participation.country == tx.actor.country)
        .with_for_update(key_share=True)
    ).scalar_one_or_none()
    if part is None or part.accepted_at is None:
        raise Conflict("Your country has not accepted the terms of this operation yet.")
    changed = {name: value for name, value in wanted.items() if getattr(part, name) != value}
    if not changed:
        raise Conflict("Your country has said this already.")
    for name, value in changed.items():
        setattr(part, name, value)
        row_id = keep_consent(tx, operation_id, name, is_given=bool(value))
        tx.record(
            events.ConsentChanged(
                events.Place(operation_id), consent=row_id, country=tx.actor.country, what=name, is_given=bool(value)
            )
        )
        if name == "face_recognition":
            jobs.want(tx, "follow_consent", row_id, operation_id, priority=URGENT)


def follow_consent(tx: Tx, consent_id: UUID) -> None:
    """Make the rows follow a country's consent to the comparison of faces, as it stands now. Asks `work_on_media`.

    Off: every vector of its material and registers is erased, with the means of its persons; face leads that are not
    decided end. On: its leads come back, and jobs make the vectors of the same faces anew and look for faces where
    nobody looked. Records `comparison:ended` or `comparison:begun`.

    Raises:
        NotFound: there is no such consent.
    """
    consent = tx.find(Consent, consent_id, otherwise=NotFound("There is no such consent."))
    require_operation(tx, "work_on_media", consent.operation_id)
    here = {"operation": consent.operation_id, "country": consent.country}
    follow = _begin if lets_compare(tx, consent.operation_id, consent.country) else _end
    _hold_persons(tx, here)
    follow(tx, here)


def record_vectors(
    tx: Tx, media_id: UUID, country: str, vectors: Mapping[UUID, Sequence[float]], *, pack_id: str, digest: str
) -> bool:
    """Write the vectors of faces that had none, and the means of their persons; False if the country does not let them
    be compared any more. Asks `work_on_media`."""
    faces = tx.session.scalars(select(Face).where(Face.media_item_id == media_id, Face.embedding.is_(None))).all()
    if not faces:
        return False
    operation_id = faces[0].operation_id
    require_operation(tx, "work_on_media", operation_id)
    if not lets_compare(tx, operation_id, country):
        return False
    hold(tx, "persons", [faces[0].compartment_id])
    for face in faces:
        if face.id in vectors:
            face.embedding, face.pack_id, face.model_digest = list(vectors[face.id]), pack_id, digest
            face.dimension = len(vectors[face.id])
    tx.session.flush()
    persons = sorted({face.person_id for face in faces if face.person_id is not None})
    tx.session.execute(SQL["means"], {"persons": persons, "digest": digest})
    return True


def _hold_persons(tx: Tx, here: Mapping[str, object]) -> None:
    compartments = tx.session.scalars(text("select compartments_of(:operation, :country)"), here).all()
    hold(tx, "persons", compartments)


def _end(tx: Tx, here: Mapping[str, object]) -> None:
    erased = tx.session.execute(SQL["erase_vectors"], here)
    tx.session.execute(SQL["erase_means"], here)
    leads = end_basis(tx, _face_leads(here), "comparison_off", waits=False)
    count = erased.rowcount if isinstance(erased, CursorResult) else 0
    tx.record(events.ComparisonEnded(_place(here), country=str(here["country"]), faces=count, leads=leads))


def _begin(tx: Tx, here: Mapping[str, object]) -> None:
    operation_id = int(str(here["operation"]))
    others_off = select(Participation.country).where(
        Participation.operation_id == operation_id,
        Participation.country == func.any(Lead.countries),
        Participation.face_recognition.is_(False),
    )
    restored = restore_basis(tx, _face_leads(here) & ~others_off.exists(), "comparison_off")
    for lead in restored:
        decide_again(tx, lead)
    again = tx.session.scalars(SQL["without_vectors"], here).all()
    unseen = tx.session.scalars(SQL["not_looked_at"], here).all()
    jobs.want_all(tx, "embed_faces", again, operation_id)
    jobs.want_all(tx, "read_media", unseen, operation_id)
    tx.record(
        events.ComparisonBegun(
            _place(here), country=str(here["country"]), media=len(again) + len(unseen), leads=len(restored)
        )
    )


def _face_leads(here: Mapping[str, object]) -> ColumnElement[bool]:
    """The leads of an operation about faces of which a side is this country's."""
    return (
        (Lead.operation_id == here["operation"])
        & Lead.kind.in_(FACE_KINDS)
        & Lead.countries.contains([str(here["country"])])
    )


def _place(here: Mapping[str, object]) -> events.Place:
    """How many faces a country's material holds, closed material among it, is not told to the others."""
    return events.Place(int(str(here["operation"])), events.OBSERVERS_ONLY)
