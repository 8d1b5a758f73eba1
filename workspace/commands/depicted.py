"""Steps of commands about depicted persons: find one, hold it with its compartment, and ask whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from workspace.commands.locks import hold
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import Compartment, Person
from workspace.model.database import Tx
from workspace.rules.numbers import person_number


def require_person(tx: Tx, operation_id: int, number: int) -> Person:
    """A person that the actor sees. Raises: NotFound."""
    person = tx.session.scalars(
        select(Person).where(Person.operation_id == operation_id, Person.number == number)
    ).one_or_none()
    if person is None:
        raise NotFound("There is no such person.")
    return person


def hold_live(tx: Tx, persons: Sequence[Person]) -> None:
    """Hold these persons, with their compartments, until the commit: neither people nor workers change them meanwhile.

    Raises:
        Conflict: one was merged into another.
    """
    hold(tx, "persons", {person.compartment_id for person in persons})
    for person in persons:
        tx.session.refresh(person)
        if person.merged_into is not None:
            raise Conflict("{person} was merged into another person.", person=person_number(person.number))


def require_own(tx: Tx, compartment_id: int) -> None:
    """Pass if the compartment is of the actor's own agency.

    Raises:
        Forbidden: another agency's.
    """
    compartment = tx.session.get_one(Compartment, compartment_id)
    if compartment.agency_id != tx.actor.agency_id:
        raise Forbidden("An agency can say this of the persons of its own material only.")
