"""Persons of one compartment: people say that two are one, or that they are two, and take it back.

An act stands between two faces; whom a face belongs to, how many faces a person has and their mean are caches over the
acts and the machine's grouping. Never across compartments: there two persons are a lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import aliased

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.commands.standing import hold_shown, tell_leads
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Compartment, Face, Person, PersonAct, jobs
from workspace.model.database import Tx
from workspace.rules.numbers import person_number


@dataclass(frozen=True)
class _Pair:
    """Two persons of one compartment, the one with the smaller number first, each with its best face."""

    operation_id: int
    compartment_id: int
    person: UUID
    other: UUID
    face: UUID
    other_face: UUID

    @property
    def place(self) -> events.Place:
        """Whoever opens the compartment sees the act."""
        return events.Place(self.operation_id, (self.compartment_id,))


def merge_persons(tx: Tx, operation_id: int, *, number: int, other: int) -> UUID:
    """Say that two persons of one's own material are one; answers the act's id. Asks `merge_persons`; records
    `persons:merged`.

    The smaller number stays. It takes over the faces and the leads; a lead that the other has on the same pair stays
    beside its own, opinions and all, and a pair that two examiners rejected stays rejected. Has the person matched
    anew.

    Raises:
        NotFound: there is no such person for the actor. Forbidden: another agency's.
        Invalid: one person twice, or persons of two compartments.
        Conflict: somebody said that they are two people.
    """
    pair = _require_pair(tx, operation_id, number, other)
    if _said_different(tx, pair):
        raise Conflict("Somebody said that these are two people. Take that back first.")
    hold_shown(tx, operation_id, [pair.person, pair.other])
    tell_leads(tx, operation_id, persons=[pair.person, pair.other])
    moved = tx.session.execute(
        text("select merge_person(:stays, :goes)"), {"stays": pair.person, "goes": pair.other}
    ).scalar_one()
    act = _write(tx, pair, moved, is_same=True)
    tx.record(events.PersonsMerged(pair.place, person=pair.person, other=pair.other, act=act))
    jobs.want(tx, "match_person", pair.person, operation_id)
    return act


def keep_apart(tx: Tx, operation_id: int, *, number: int, other: int) -> UUID:
    """Say that two persons are not the same: they are not proposed to each other again. Asks `merge_persons`; records
    `persons:kept_apart`. Raises as `merge_persons`."""
    pair = _require_pair(tx, operation_id, number, other)
    if _said_different(tx, pair):
        raise Conflict("Somebody has said already that these are two people.")
    act = _write(tx, pair, {}, is_same=False)
    tx.record(events.PersonsKeptApart(pair.place, person=pair.person, other=pair.other, act=act))
    return act


def take_back_act(tx: Tx, act_id: UUID) -> None:
    """Take back what was said of two persons; merged ones are parted again: the faces and leads that were moved go
    back, and what has come since stays. Asks `merge_persons`; records `persons:parted`.

    Raises:
        NotFound: there is no such act for the actor.
        Conflict: it was taken back, or the person was merged further; part that first.
    """
    act = tx.session.get(PersonAct, act_id)
    if act is None:
        raise NotFound("There is no such act.")
    require_operation(tx, "merge_persons", act.operation_id)
    _require_own(tx, act.compartment_id)
    hold(tx, "persons", [act.compartment_id])
    tx.change_one(
        update(PersonAct)
        .where(PersonAct.id == act_id, PersonAct.undone_at.is_(None))
        .values(undone_at=func.now(), undone_by=tx.actor.id),
        otherwise=Conflict("This was taken back already."),
    )
    if act.is_same:
        stays = tx.session.get_one(Person, act.person_id)
        if stays.merged_into is not None:
            raise Conflict("This person was merged into another one since. Part these first.")
        hold_shown(tx, act.operation_id, [act.person_id, act.other_id])
        tell_leads(tx, act.operation_id, persons=[act.person_id, act.other_id])
        tx.session.execute(
            text("select part_person(:stays, :goes, (select moved from person_act where id = :act))"),
            {"stays": act.person_id, "goes": act.other_id, "act": act_id},
        )
    tx.record(events.PersonsParted(events.Place(act.operation_id, (act.compartment_id,)), act=act_id))


def _require_pair(tx: Tx, operation_id: int, number: int, other: int) -> _Pair:
    persons = [_person(tx, operation_id, each) for each in sorted((number, other))]
    first, second = persons
    require_operation(tx, "merge_persons", operation_id)
    if number == other:
        raise Invalid("These are not two persons.", faults=[Fault("other", "another person")])
    if first.compartment_id != second.compartment_id:
        raise Invalid(
            "These persons are in material that is opened separately; there a lead says that they look alike.",
            faults=[Fault("other", "a person of material that is opened together with this one")],
        )
    _require_own(tx, first.compartment_id)
    _lock(tx, persons)
    faces = [_best_face(tx, each) for each in persons]
    return _Pair(operation_id, first.compartment_id, first.id, second.id, faces[0], faces[1])


def _person(tx: Tx, operation_id: int, number: int) -> Person:
    person = tx.session.scalars(
        select(Person).where(Person.operation_id == operation_id, Person.number == number)
    ).one_or_none()
    if person is None:
        raise NotFound("There is no such person.")
    return person


def _lock(tx: Tx, persons: Sequence[Person]) -> None:
    """Hold the persons of the compartment until the commit: neither people nor workers change them meanwhile."""
    hold(tx, "persons", [persons[0].compartment_id])
    for person in persons:
        tx.session.refresh(person)
        if person.merged_into is not None:
            raise Conflict("{person} was merged into another person.", person=person_number(person.number))


def _require_own(tx: Tx, compartment_id: int) -> None:
    compartment = tx.session.get_one(Compartment, compartment_id)
    if compartment.agency_id != tx.actor.agency_id:
        raise Forbidden("An agency can say this of the persons of its own material only.")


def _best_face(tx: Tx, person: Person) -> UUID:
    found = tx.session.scalars(
        select(Face.id).where(Face.person_id == person.id).order_by(Face.quality.desc(), Face.id).limit(1)
    ).one_or_none()
    if found is None:
        raise Conflict("{person} has no face.", person=person_number(person.number))
    return found


def _said_different(tx: Tx, pair: _Pair) -> bool:
    """Whether an act that holds says so of any two faces of theirs, whoever they belonged to then."""
    one, two = aliased(Face), aliased(Face)
    acts = (
        select(PersonAct.id)
        .join(one, one.id == PersonAct.face_id)
        .join(two, two.id == PersonAct.other_face_id)
        .where(
            PersonAct.compartment_id == pair.compartment_id,
            PersonAct.is_same.is_(False),
            PersonAct.undone_at.is_(None),
            one.person_id.in_((pair.person, pair.other)),
            two.person_id.in_((pair.person, pair.other)),
            one.person_id != two.person_id,
        )
    )
    return tx.session.execute(acts.limit(1)).first() is not None


def _write(tx: Tx, pair: _Pair, moved: dict[str, object], *, is_same: bool) -> UUID:
    act = PersonAct(
        operation_id=pair.operation_id,
        compartment_id=pair.compartment_id,
        is_same=is_same,
        face_id=pair.face,
        other_face_id=pair.other_face,
        person_id=pair.person,
        other_id=pair.other,
        moved=moved,
        decided_by=tx.actor.id,
    )
    tx.session.add(act)
    tx.session.flush()
    return act.id
