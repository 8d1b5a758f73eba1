"""Steps of commands about what stands in a series: find persons and media of the own material, place them, take it
back.

No command: whoever takes these steps has asked policy and holds persons and series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update

from workspace import events
from workspace.commands.locks import hold
from workspace.errors import Forbidden, NotFound
from workspace.model import Compartment, MediaItem, MediumPlacement, Person, Series, SeriesPlacement
from workspace.model.database import Tx

_SHOWN = text(
    "select media_item_id from media_in_series(:operation) where series_id = :series and media_item_id = any (:media)"
)


def own_persons(tx: Tx, operation_id: int, numbers: Sequence[int]) -> list[Person]:
    """Persons of the own material by their numbers, held until the commit. Raises: NotFound, Forbidden."""
    rows = find_persons(tx, operation_id, numbers)
    hold(tx, "persons", {person.compartment_id for person in rows.values()})
    for person in rows.values():
        tx.session.refresh(person)
    return [own_of(tx, rows, number) for number in sorted(set(numbers))]


def find_persons(tx: Tx, operation_id: int, numbers: Sequence[int]) -> dict[int, Person]:
    """The persons that the actor sees, by these numbers."""
    asked = select(Person).where(Person.operation_id == operation_id, Person.number.in_(numbers))
    return {person.number: person for person in tx.session.scalars(asked)}


def own_of(tx: Tx, rows: Mapping[int, Person], number: int) -> Person:
    """One of these, of the own material. Raises: NotFound, Forbidden."""
    person = rows.get(number)
    if person is None:
        raise NotFound("There is no such person.")
    if tx.session.get_one(Compartment, person.compartment_id).agency_id != tx.actor.agency_id:
        raise Forbidden("An agency can place the persons of its own material only.")
    return person


def put_in_series(tx: Tx, series: Series, persons: Sequence[Person], act: UUID) -> None:
    """Write down that held persons of the own material stand in a series. Belongs to a command that has asked; records
    `person:placed` for each."""
    for person in persons:
        locks = locks_of(tx, series, person.compartment_id)
        tx.session.add(placement_of(tx, series.operation_id, person, series.id, act, locks))
        tx.record(events.PersonPlaced(events.Place(series.operation_id, locks), person=person.id, series=series.id))
    tx.session.flush()


def undo_placements(tx: Tx, act: UUID) -> int:
    """Take back the placements of a press, whose persons are held; answers how many stood. Belongs to a command that
    has asked; records `person:placing_undone` for each."""
    rows = tx.session.execute(
        update(SeriesPlacement)
        .where(SeriesPlacement.act == act, SeriesPlacement.undone_at.is_(None))
        .values(undone_at=func.now(), undone_by=tx.actor.id)
        .returning(
            SeriesPlacement.operation_id,
            SeriesPlacement.compartment_id,
            SeriesPlacement.person_id,
            SeriesPlacement.series_id,
        )
    ).all()
    for row in sorted(rows, key=lambda each: str(each.person_id)):
        place = events.Place(row.operation_id, (row.compartment_id,))
        tx.record(events.PersonPlacingUndone(place, person=row.person_id, series=row.series_id))
    return len(rows)


def own_media(tx: Tx, operation_id: int, media: Sequence[UUID]) -> list[MediaItem]:
    """Media of the own material by their ids, in their order. Raises: NotFound, Forbidden."""
    asked = (
        select(MediaItem, Compartment.agency_id)
        .join(Compartment, Compartment.id == MediaItem.compartment_id)
        .where(MediaItem.id.in_(media), MediaItem.operation_id == operation_id, MediaItem.register_entry_id.is_(None))
        .order_by(MediaItem.id)
    )
    rows = tx.session.execute(asked).all()
    if len(rows) < len(set(media)):
        raise NotFound("There is no such medium.")
    if any(agency != tx.actor.agency_id for _, agency in rows):
        raise Forbidden("An agency can place the media of its own material only.")
    return [medium for medium, _ in rows]


def put_media_in_series(tx: Tx, series: Series, media: Sequence[MediaItem], act: UUID) -> int:
    """Write down that media of the own material stand in a held series; answers how many did not. Belongs to a command
    that has asked; records `media:placed` for each compartment."""
    shown = {"operation": series.operation_id, "series": series.id, "media": [medium.id for medium in media]}
    there = set(tx.session.scalars(_SHOWN, shown))
    new = [medium for medium in media if medium.id not in there]
    for locks, count in _write_media(tx, series, new, series.id, act).items():
        place = events.Place(series.operation_id, locks)
        tx.record(events.MediaPlaced(place, act=act, series=series.id, media=count))
    return len(new)


def take_medium_out(tx: Tx, series: Series, medium: MediaItem) -> None:
    """Write down that a medium of the own material is in no series any more. Belongs to a command that has asked;
    records `medium:withdrawn`."""
    for locks in _write_media(tx, series, [medium], None, uuid4()):
        place = events.Place(series.operation_id, locks)
        tx.record(events.MediumWithdrawn(place, media=medium.id, series=series.id))


def undo_media(tx: Tx, act: UUID) -> int:
    """Take back where media were placed in a press; answers how many stood. Belongs to a command that has asked;
    records `media:placing_undone` for each compartment."""
    rows = tx.session.execute(
        update(MediumPlacement)
        .where(MediumPlacement.act == act, MediumPlacement.undone_at.is_(None))
        .values(undone_at=func.now(), undone_by=tx.actor.id)
        .returning(MediumPlacement.operation_id, MediumPlacement.compartment_id, MediumPlacement.series_id)
    ).all()
    behind = Counter((row.operation_id, row.compartment_id, row.series_id) for row in rows)
    for (operation_id, compartment_id, series_id), count in sorted(behind.items(), key=str):
        place = events.Place(operation_id, (compartment_id,))
        tx.record(events.MediaPlacingUndone(place, act=act, series=series_id, media=count))
    return len(rows)


def _write_media(
    tx: Tx, series: Series, media: Sequence[MediaItem], series_id: UUID | None, act: UUID
) -> Counter[tuple[int]]:
    """How many rows were written behind each lock."""
    written: Counter[tuple[int]] = Counter()
    for medium in media:
        locks = locks_of(tx, series, medium.compartment_id)
        written[locks] += 1
        tx.session.add(
            MediumPlacement(
                operation_id=series.operation_id,
                compartment_id=locks[0],
                media_item_id=medium.id,
                series_id=series_id,
                act=act,
                placed_by=tx.actor.id,
            )
        )
    tx.session.flush()
    return written


def placement_of(
    tx: Tx, operation_id: int, person: Person, series_id: UUID | None, act: UUID, locks: tuple[int]
) -> SeriesPlacement:
    """The row that says where a person stands; None: in no series."""
    return SeriesPlacement(
        operation_id=operation_id,
        compartment_id=locks[0],
        person_id=person.id,
        series_id=series_id,
        act=act,
        placed_by=tx.actor.id,
    )


def locks_of(tx: Tx, series: Series, compartment_id: int) -> tuple[int]:
    """The event names both, so that it goes to whoever sees both: a closed series is its agency's alone, and so is the
    person or medium of this compartment."""
    sharing = tx.session.execute(
        select(Compartment.sharing).where(Compartment.id == series.compartment_id)
    ).scalar_one()
    return (compartment_id if sharing == "operation" else series.compartment_id,)
