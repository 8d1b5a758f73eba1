"""Faces that people draw because the detector missed them, and boxes that they take away because no face is there.

Each is an act that stands beside the faces; the machine undoes neither (ADR 77). Only the owner's agency says so of its
own material, as it does of persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from workspace import events
from workspace.commands.card_steps import bare_cards, withdraw_bare
from workspace.commands.depicted import require_own
from workspace.commands.guard import at, lets_compare, require_operation
from workspace.commands.locks import hold
from workspace.commands.readings import FoundFaceRow
from workspace.commands.taking_back import take_back
from workspace.commands.threads import require_medium
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Agency, Compartment, Face, FaceAct, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.boxes import shares_of
from workspace.rules.codes import DrawnState

SQL = statements(__file__)
OUTSIDE = "inside the picture, at least {least} % wide and high"
LEAST_SHARE = 0.2
"""Per cent of a side: of a picture of 4,000 pixels 8, below which no face can be seen."""


def draw_face(tx: Tx, medium_id: UUID, box: Mapping[str, Any]) -> UUID:
    """Draw a box where the detector missed a face of a photo; a worker describes it. Answers the act's id.

    A clue card that shows it unmasked leaves the room. Asks `draw_face`; records `face:drawn`, and `card:outdated`.

    box: a W3C fragment selector in per cent of the picture's sides.

    Raises:
        NotFound: there is no such medium for the actor. Forbidden: it is another agency's.
        Invalid: the box leaves the picture or is too small, or the medium is no photo that was read.
        Conflict: the owner's country does not let faces be compared.
    """
    medium = require_medium(tx, "draw_face", medium_id)
    require_own(tx, medium.compartment_id)
    if medium.kind != "photo" or medium.preview_address is None:
        raise Invalid("A face can be drawn in a photo that was read. In a video, take a still out of it first.")
    shares = shares_of(box)
    if shares is None or min(shares[2:]) < LEAST_SHARE:
        raise Invalid("This box cannot be taken.", faults=[Fault("box", OUTSIDE, least=LEAST_SHARE)])
    country = tx.session.scalars(
        select(Agency.country).join(Compartment, Compartment.agency_id == Agency.id)
        .where(Compartment.id == medium.compartment_id)
    ).one()  # fmt: skip
    if not lets_compare(tx, medium.operation_id, country):
        raise Conflict("Your country does not let faces be compared. Mark the place with a note instead.")
    row = FaceAct(
        operation_id=medium.operation_id,
        compartment_id=medium.compartment_id,
        media_item_id=medium_id,
        what="drawn",
        box={"type": "FragmentSelector", "value": str(box["value"])},
        state="waiting",
        said_by=tx.actor.id,
    )
    tx.add(row)
    jobs.want(tx, "describe_face", row.id, medium.operation_id)
    tx.record(events.FaceDrawn(at(row), box=row.id, media=medium_id))
    withdraw_bare(tx, bare_cards(tx, medium_id))
    return row.id


def take_face_away(tx: Tx, face_id: UUID) -> UUID:
    """Say that no face is in a box, found or drawn: with the others of its track it belongs to nobody and is compared
    with nothing; its leads stay. Answers the act's id. Asks `draw_face`; records `face:taken_away`.

    Raises:
        NotFound: there is no such face for the actor, or it is a portrait of a register. Forbidden: another agency's.
        Conflict: it is taken away already, or somebody said of two persons what names this face.
    """
    face = tx.session.get(Face, face_id)
    if face is None or face.register_entry_id is not None:
        raise NotFound("There is no such face.")
    require_operation(tx, "draw_face", face.operation_id)
    require_own(tx, face.compartment_id)
    hold(tx, "persons", [face.compartment_id])
    tx.session.refresh(face)
    if face.taken_away_as is not None:
        raise Conflict("This box is taken away already.")
    if tx.session.execute(SQL["rests_on"], {"face": face_id}).scalar_one():
        raise Conflict(
            "Something that was said of two persons rests on this face. Take that back first, on the person's page."
        )
    row = FaceAct(
        operation_id=face.operation_id,
        compartment_id=face.compartment_id,
        media_item_id=face.media_item_id,
        what="taken_away",
        face_id=face_id,
        said_by=tx.actor.id,
    )
    tx.add(row)
    whose = face.person_id
    tx.session.execute(text("select take_face_away(:act)"), {"act": row.id})
    if whose is not None:
        jobs.want(tx, "match_again", whose, face.operation_id)  # another of its faces may be among the best now
    tx.record(events.FaceTakenAway(at(row), box=row.id, media=face.media_item_id))
    return row.id


def give_face_back(tx: Tx, act_id: UUID) -> None:
    """Take back that no face is in a box: it is whose it was, and its vector is made anew. Asks `draw_face`; records
    `face:given_back`.

    Raises:
        NotFound: there is no such act for the actor. Forbidden: another agency's. Conflict: it was taken back already.
    """
    act = tx.session.get(FaceAct, act_id)
    if act is None or act.what != "taken_away":
        raise NotFound("There is no such act.")
    require_operation(tx, "draw_face", act.operation_id)
    require_own(tx, act.compartment_id)
    hold(tx, "persons", [act.compartment_id])
    take_back(tx, FaceAct, act_id)
    tx.session.execute(text("select give_face_back(:act)"), {"act": act_id})
    jobs.want(tx, "embed_faces", act.media_item_id, act.operation_id)
    tx.record(events.FaceGivenBack(at(act), box=act_id, media=act.media_item_id))


def record_described(tx: Tx, act_id: UUID, state: DrawnState, face: FoundFaceRow | None = None) -> None:
    """Write what came of a drawn box: its face, with a vector or (state `no_face`) without one; nothing where another
    worker was quicker. Asks `work_on_media`; records `face:described`. Has the medium matched if there is a vector."""
    act = tx.session.get(FaceAct, act_id, with_for_update=True)
    if act is None or act.state != "waiting":
        return
    require_operation(tx, "work_on_media", act.operation_id)
    tx.session.execute(update(FaceAct).where(FaceAct.id == act_id).values(state=state))
    if face is not None:
        own = {"operation_id": act.operation_id, "compartment_id": act.compartment_id, "drawn_as": act_id}
        values = vars(face) | own | {"media_item_id": act.media_item_id}
        tx.session.execute(insert(Face.__table__), [values])  # type: ignore[arg-type]
        tx.session.execute(text("select count_faces(:media)"), {"media": act.media_item_id})
    if state == "described":
        jobs.want(tx, "match_media", act.media_item_id, act.operation_id)
    tx.record(events.FaceDescribed(at(act), box=act_id, media=act.media_item_id, state=state))
