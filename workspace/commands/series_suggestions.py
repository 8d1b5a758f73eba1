"""A suggested series is formed with one press, or refused so that it is not suggested again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import insert

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.series import add_series
from workspace.commands.series_guard import require_series
from workspace.commands.series_placing import find_persons, own_persons, put_in_series
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Compartment, Person, Series, SeriesRefusal
from workspace.model.database import Tx

MOST_FORMED = 100
"""How many persons one press puts into a series at most."""


@dataclass(frozen=True)
class FormedSeries:
    """The series, and the act by which its persons are taken out again."""

    series: UUID
    act: UUID


def form_series(tx: Tx, operation_id: int, *, numbers: Sequence[int], label: str) -> FormedSeries:
    """Form a series of persons of one's own material that stand in none. Asks `place_person` and `add_series`; records
    `series:added`, and `person:placed` for each.

    It lies where its persons lie: of closed material it is closed.

    Raises:
        NotFound: there is no such person for the actor. Forbidden: another agency's.
        Invalid: there are none or too many, or they are opened separately.
        Conflict: one of them stands in a series meanwhile: nothing is changed.
    """
    persons = _require_persons(tx, operation_id, numbers)
    if any(person.series_id is not None for person in persons):
        raise Conflict("Some of these persons stand in a series meanwhile. Load the page again.")
    sharing = tx.session.get_one(Compartment, persons[0].compartment_id).sharing
    series_id, act = add_series(tx, operation_id, label=label, sharing=sharing), uuid4()
    put_in_series(tx, tx.session.get_one(Series, series_id), persons, act)
    return FormedSeries(series_id, act)


def refuse_suggestion(tx: Tx, operation_id: int, *, numbers: Sequence[int], series_id: UUID | None = None) -> UUID:
    """Say that persons of one's own material are no series, or do not belong to that one: neither these nor some of
    them are suggested for it again. Answers the row's id. Asks `place_person`; records `series:suggestion_refused`.

    Raises:
        NotFound: there is no such person or series for the actor. Forbidden: another agency's.
        Invalid: there are none or too many, or they are opened separately.
    """
    persons = _require_persons(tx, operation_id, numbers)
    if series_id is not None:
        series, _ = require_series(tx, "place_person", series_id)
        if series.operation_id != operation_id:
            raise NotFound("There is no such series.")
    row_id, lock = uuid4(), persons[0].compartment_id
    tx.session.execute(
        insert(SeriesRefusal).values(
            id=row_id,
            operation_id=operation_id,
            compartment_id=lock,
            persons=sorted(person.id for person in persons),
            series_id=series_id,
            refused_by=tx.actor.id,
        )
    )
    tx.record(events.SeriesSuggestionRefused(events.Place(operation_id, (lock,)), refusal=row_id))
    return row_id


def _require_persons(tx: Tx, operation_id: int, numbers: Sequence[int]) -> list[Person]:
    """Held persons of one compartment of the own agency, once policy is asked."""
    if not 1 <= len(set(numbers)) <= MOST_FORMED:
        raise Invalid("Choose persons.", faults=[Fault("numbers", "1 to {most} persons", most=MOST_FORMED)])
    if len(find_persons(tx, operation_id, numbers)) < len(set(numbers)):
        raise NotFound("There is no such person.")
    require_operation(tx, "place_person", operation_id)
    persons = own_persons(tx, operation_id, numbers)
    if len({person.compartment_id for person in persons}) > 1:
        raise Invalid(
            "These persons are in material that is opened separately.",
            faults=[Fault("numbers", "persons of material that is opened together")],
        )
    return persons
