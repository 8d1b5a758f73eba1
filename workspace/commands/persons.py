"""Persons: people say that two are one, or two, or that faces are not this person's, and take it back.

An act stands between two faces; whom a face belongs to, how many faces a person has and their mean are caches: they are
folded from the machine's grouping and the acts that stand (rules/grouping.py). A person lives in one compartment: of
two of one agency's compartments nobody is merged, and the pages gather who was said to be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from workspace import events
from workspace.commands.depicted import hold_live, require_own, require_person
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.commands.person_steps import (
    SAID_TO_BE_ONE,
    SAID_TO_BE_TWO,
    Pair,
    are_said_to_be_one,
    are_said_to_be_two,
    best_face,
    place_of,
    regroup,
    require_no_contradiction,
    require_own_person,
    take_out,
    write_act,
)
from workspace.commands.taking_back import take_back
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Person, PersonAct
from workspace.model.database import Tx


@dataclass(frozen=True)
class Split:
    """The act, and the number of the person that the faces became."""

    act: UUID
    number: int


def merge_persons(tx: Tx, operation_id: int, *, number: int, other: int) -> UUID:
    """Say that two persons of one's own material are one; answers the act's id. Asks `merge_persons`; records
    `persons:merged`.

    The smaller number stays. It takes over the faces and the leads; a lead that the other has on the same pair stays
    beside its own, opinions and all, and a pair that two examiners rejected stays rejected. Has the person matched
    anew. Of two compartments each stays with its faces and leads: their pages gather both.

    Raises:
        NotFound: there is no such person for the actor. Forbidden: another agency's.
        Invalid: one person twice. Conflict: somebody said that they are two people, or that they are one already.
    """
    pair = _require_pair(tx, operation_id, number, other)
    if pair.other_compartment_id is not None and are_said_to_be_one(tx, pair.person, pair.other):
        raise Conflict("Somebody has said already that these are one person.")
    act = write_act(tx, pair, is_same=True)
    if pair.other_compartment_id is None:
        regroup(tx, operation_id, pair.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_TWO))
    tx.record(events.PersonsMerged(place_of(tx, pair), person=pair.person, other=pair.other, act=act))
    return act


def keep_apart(tx: Tx, operation_id: int, *, number: int, other: int) -> UUID:
    """Say that two persons are not the same: they are not proposed to each other again. Asks `merge_persons`; records
    `persons:kept_apart`. Raises as `merge_persons`."""
    pair = _require_pair(tx, operation_id, number, other)
    if are_said_to_be_two(tx, pair.person, pair.other):
        raise Conflict("Somebody has said already that these are two people.")
    act = write_act(tx, pair, is_same=False)
    require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    tx.record(events.PersonsKeptApart(place_of(tx, pair), person=pair.person, other=pair.other, act=act))
    return act


def split_person(tx: Tx, operation_id: int, number: int, faces: Sequence[UUID]) -> Split:
    """Say that some faces are not this person: they become a person of their own, with the leads that were opened with
    them. Asks `merge_persons`; records `person:split`. Has both matched anew.

    faces: those that leave; the other faces of their tracks leave with them. What was said of the person (age, notes,
    series) stays with it.

    Raises:
        NotFound: there is no such person for the actor. Forbidden: another agency's.
        Invalid: no face is named, too many are, or none would stay.
        Conflict: a face is not this person's, or no longer: nothing is changed.
    """
    person = require_own_person(tx, operation_id, number)
    hold_live(tx, [person])
    pair, act = take_out(tx, person, faces)
    regroup(tx, operation_id, person.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    tx.record(events.PersonSplit(place_of(tx, pair), person=person.id, other=pair.other, act=act))
    return Split(act, tx.session.execute(select(Person.number).where(Person.id == pair.other)).scalar_one())


@dataclass(frozen=True)
class Moved:
    """An act of the press, by which all of it is taken back, and the number of the person to whom the faces were
    given."""

    act: UUID
    number: int


def move_faces(tx: Tx, operation_id: int, number: int, faces: Sequence[UUID], *, to: int | None = None) -> Moved:
    """Give some faces of a person to another one of the same material, or to a new one: that they are not the first is
    said, and that they are the other. Asks `merge_persons`; records `person:split` and, to another, `persons:merged`.
    What one press did is taken back as a whole (`take_back_act`).

    to: the other's number; None: a new person.

    Raises:
        As `split_person` and `merge_persons`.
    """
    if to is None:
        split = split_person(tx, operation_id, number, faces)
        return Moved(split.act, split.number)
    person = require_own_person(tx, operation_id, number)
    other = require_person(tx, operation_id, to)
    if person.id == other.id:
        raise Invalid("The faces are this person's already.", faults=[Fault("to", "another person")])
    if person.compartment_id != other.compartment_id:
        raise Invalid(
            "These persons are in material that is opened separately: a face stays where it lies.",
            faults=[Fault("to", "a person of material that is opened together with this one")],
        )
    hold_live(tx, [person, other])
    parted, act = take_out(tx, person, faces)
    joined = Pair(
        operation_id, person.compartment_id, None, other.id, parted.other, best_face(tx, other), parted.other_face
    )
    given = write_act(tx, joined, is_same=True)
    regroup(tx, operation_id, person.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    tx.record(events.PersonSplit(place_of(tx, parted), person=person.id, other=parted.other, act=act))
    tx.record(events.PersonsMerged(place_of(tx, joined), person=other.id, other=parted.other, act=given))
    return Moved(given, other.number)


def take_back_act(tx: Tx, act_id: UUID) -> None:
    """Take back what was said of two persons, with all that the same press said: who is one person is as if it had
    never been said, and leads follow their faces; what the machine has added since stays. Asks `merge_persons`; records
    `persons:parted` for each.

    Raises:
        NotFound: there is no such act for the actor.
        Conflict: it was taken back, or two would become one of whom somebody said since that they are two.
    """
    act = tx.find(PersonAct, act_id, otherwise=NotFound("There is no such act."))
    require_operation(tx, "merge_persons", act.operation_id)
    require_own(tx, act.compartment_id)
    # What one press said has its moment in common.
    press = select(PersonAct).where(
        PersonAct.compartment_id == act.compartment_id,
        PersonAct.decided_by == act.decided_by,
        PersonAct.decided_at == act.decided_at,
    )
    acts = {each.id: each for each in tx.session.scalars(press)}
    both = [(each.compartment_id, each.other_compartment_id) for each in acts.values()]
    hold(tx, "persons", {lock for pair in both for lock in pair if lock is not None})
    take_back(tx, PersonAct, act_id)
    others = tx.session.scalars(
        update(PersonAct)
        .where(PersonAct.id.in_(acts), PersonAct.undone_at.is_(None))
        .values(undone_at=func.now(), undone_by=tx.actor.id)
        .returning(PersonAct.id)
    ).all()
    otherwise = Conflict(
        "Without this, two would be one of whom somebody said since that they are two. Take that back first."
    )
    gone = [acts[each] for each in (act_id, *sorted(others))]
    if any(each.other_compartment_id is None for each in gone):
        regroup(tx, act.operation_id, act.compartment_id, otherwise=otherwise)
        require_no_contradiction(tx, act.operation_id, otherwise=otherwise)
    for each in gone:
        tx.record(events.PersonsParted(place_of(tx, each), act=each.id))


def _require_pair(tx: Tx, operation_id: int, number: int, other: int) -> Pair:
    persons = [require_person(tx, operation_id, each) for each in sorted((number, other))]
    first, second = persons
    require_operation(tx, "merge_persons", operation_id)
    if number == other:
        raise Invalid("These are not two persons.", faults=[Fault("other", "another person")])
    for person in persons:
        require_own(tx, person.compartment_id)
    hold_live(tx, persons)
    faces = [best_face(tx, each) for each in persons]
    elsewhere = second.compartment_id if second.compartment_id != first.compartment_id else None
    return Pair(operation_id, first.compartment_id, elsewhere, first.id, second.id, faces[0], faces[1])
