"""Steps of commands about who stands in a series: find persons of the own material, place them, take it back.

No command: whoever takes these steps has asked policy and holds persons and series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select, update

from workspace import events
from workspace.commands.locks import hold
from workspace.errors import Forbidden, NotFound
from workspace.model import Compartment, Person, Series, SeriesPlacement
from workspace.model.database import Tx


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
        locks = locks_of(tx, series, person)
        tx.session.add(placement_of(tx, series.operation_id, person, series.id, act, locks))
        tx.record(events.PersonPlaced(events.Place(series.operation_id, locks), person=person.id, series=series.id))
    tx.session.flush()


def undo_placements(tx: Tx, act: UUID) -> int:
    """Take back the placements of a press, whose persons are held; answers how many stood. Belongs to a command that has
    asked; records `person:placing_undone` for each."""
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


def locks_of(tx: Tx, series: Series, person: Person) -> tuple[int]:
    """The event names both, so that it goes to whoever sees both: a closed series is its agency's alone, and so is the
    person."""
    sharing = tx.session.execute(
        select(Compartment.sharing).where(Compartment.id == series.compartment_id)
    ).scalar_one()
    return (person.compartment_id if sharing == "operation" else series.compartment_id,)
