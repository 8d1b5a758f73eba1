"""Pictures that people bring to search with: sealed, read by a worker, kept for an hour at most, and erased.

They are no material: nothing is matched with them, and nobody but who brought one sees it. Why it was brought stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import lets_compare, require_operation, require_own_country
from workspace.commands.locks import hold
from workspace.commands.searches import Reason
from workspace.commands.steps import place_of_searcher
from workspace.errors import Conflict, NotFound, TooMuch
from workspace.model import BroughtFace, BroughtPicture, Compartment, User, jobs
from workspace.model.database import Tx
from workspace.rules.reasons import words_of

MOST_WAITING = 3
"""Pictures of one person that wait to be read at a time."""
PROBE_IS_OVER = (BroughtPicture.state != "erased", BroughtPicture.keeps_until <= func.now())
"""What `end_probes` looks for; housekeeping asks first whether there is any."""


@dataclass(frozen=True)
class FoundProbeFace:
    """A face of such a picture. box: left, top, right, bottom, in px of the working picture."""

    box: list[float]
    frame_width: int
    frame_height: int
    quality: float
    quality_word: str
    eye_distance_px: float
    embedding: list[float]
    pack_id: str
    model_digest: str
    id: UUID = field(default_factory=uuid4)


def require_bringing(tx: Tx, operation_id: int, reason: Reason) -> None:
    """Pass if the actor may bring a picture to search with now. Asks `search_faces`: before anything is stored.

    Raises:
        Forbidden: the actor's country has not accepted the terms. Invalid: the reason is not complete.
        Conflict: the actor's country does not let faces be compared.
        TooMuch: as many pictures of the actor wait to be read.
    """
    operation = require_operation(tx, "search_faces", operation_id)
    require_own_country(tx, operation, tx.actor.country)
    reason.require()
    if not lets_compare(tx, operation_id, tx.actor.country):
        raise Conflict("Your country does not let faces be compared. Nothing was kept.")
    waiting = tx.session.scalar(
        select(func.count()).select_from(BroughtPicture)
        .where(BroughtPicture.operation_id == operation_id, BroughtPicture.user_id == tx.actor.id)
        .where(BroughtPicture.state == "waiting", BroughtPicture.keeps_until > func.now())
    )  # fmt: skip
    if waiting is not None and waiting >= MOST_WAITING:
        raise TooMuch("{count} of your pictures wait to be read. Wait until one is done.", count=waiting)


def bring_probe(tx: Tx, operation_id: int, reason: Reason, *, address: str) -> UUID:
    """Have a picture read that was sealed, to search with its faces; answers its id. Asks `search_faces`; records
    `probe:brought`.

    Raises:
        As `require_bringing`.
    """
    hold(tx, "operation", [operation_id])
    require_bringing(tx, operation_id, reason)
    row = BroughtPicture(
        operation_id=operation_id,
        user_id=tx.actor.id,
        purpose=reason.purpose,
        legal_basis=words_of(reason.legal_basis),
        case_reference=words_of(reason.case_reference),
        address=address,
    )
    tx.add(row)
    jobs.want(tx, "read_probe", row.id, operation_id)
    place = place_of_searcher(tx, operation_id)
    tx.record(events.ProbeBrought(place, probe=row.id, purpose=reason.purpose))
    return row.id


def end_probe(tx: Tx, probe_id: UUID) -> None:
    """Have a picture of one's own erased before its hour is over; its lists can no longer be looked at. Asks
    `end_probe`.

    Raises:
        NotFound: the actor brought no such picture. Conflict: its hour is over.
    """
    row = tx.session.get(BroughtPicture, probe_id)
    if row is None or row.user_id != tx.actor.id:
        raise NotFound("There is no such picture of yours.")
    require_operation(tx, "end_probe", row.operation_id)
    tx.change_one(
        update(BroughtPicture)
        .where(BroughtPicture.id == probe_id, BroughtPicture.keeps_until > func.now())
        .values(keeps_until=func.now()),
        otherwise=Conflict("The hour of this picture is over: it is being erased, or gone."),
    )


def record_probe(
    tx: Tx, probe_id: UUID, faces: Sequence[FoundProbeFace], *, crops: str | None = None, refusal: str | None = None
) -> bool:
    """Write what a worker found in a picture, or why it cannot be read; False where it is not waited for any more.
    Asks `work_on_media`.

    crops: where the faces' pictures were sealed. refusal: a code of the vocabulary.
    """
    row = tx.session.get(BroughtPicture, probe_id, with_for_update=True)
    if row is None or row.state != "waiting":
        return False
    require_operation(tx, "work_on_media", row.operation_id)
    tx.session.execute(
        update(BroughtPicture)
        .where(BroughtPicture.id == probe_id)
        .values(state="refused" if refusal else "read", refusal=refusal, crops=crops)
    )
    own = {"operation_id": row.operation_id, "user_id": row.user_id, "probe_id": probe_id}
    if faces:
        tx.session.execute(insert(BroughtFace), [own | asdict(face) for face in faces])
    jobs.want(tx, "erase_probe", probe_id, row.operation_id)
    return True


def end_probes(tx: Tx) -> int:
    """Have the pictures erased whose hour is over; their vectors go at once. Asks `work_on_media`; records
    `probe:erased`."""
    rows = tx.session.scalars(select(BroughtPicture).where(*PROBE_IS_OVER).with_for_update(skip_locked=True)).all()
    return each(tx, "work_on_media", rows, _erase)


def _erase(tx: Tx, row: BroughtPicture) -> None:
    tx.session.execute(update(BroughtFace).where(BroughtFace.probe_id == row.id).values(embedding=None))
    row.state = "erased"
    jobs.want(tx, "erase_probe", row.id, row.operation_id)
    tx.record(events.ProbeErased(events.Place(row.operation_id, _locks_of(tx, row)), probe=row.id))


def _locks_of(tx: Tx, row: BroughtPicture) -> tuple[int, ...]:
    """The shared compartment of the agency of who brought a picture: there its events stand."""
    found = tx.session.scalars(
        select(Compartment.id).join(User, User.agency_id == Compartment.agency_id)
        .where(User.id == row.user_id, Compartment.operation_id == row.operation_id, Compartment.is_common)
    )  # fmt: skip
    return tuple(found)


def forget_sealed(tx: Tx, probe_id: UUID, addresses: Sequence[str]) -> None:
    """Note that objects of a picture are erased. Asks `work_on_media`."""
    row = tx.session.get(BroughtPicture, probe_id, with_for_update=True)
    if row is None:
        return
    require_operation(tx, "work_on_media", row.operation_id)
    row.address = None if row.address in addresses else row.address
    row.crops = None if row.crops in addresses else row.crops
