"""Persons in one press: the faces that several have in chosen media are given to one, or several are said to be one.

It is made of what `persons.py` says of two, and taken back as a whole by `take_back_act`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from workspace import events
from workspace.commands.depicted import hold_live
from workspace.commands.person_steps import (
    SAID_TO_BE_ONE,
    SAID_TO_BE_TWO,
    Pair,
    are_said_to_be_one,
    best_face,
    leaving,
    place_of,
    regroup,
    require_no_contradiction,
    require_own_person,
    take_out,
    write_act,
)
from workspace.errors import Conflict, Fault, Invalid
from workspace.model import Face, MediaItem, Person
from workspace.model.database import Tx
from workspace.rules.numbers import person_number

MOST_GIVERS, MOST_SHOWING = 50, 500
"""Of how many persons, and out of how many media, one press speaks."""


@dataclass(frozen=True)
class GivenFaces:
    """An act of the press, by which all of it is taken back; the number of the person to whom the faces were given, how
    many they are, and out of how many of the media."""

    act: UUID
    number: int
    faces: int
    media: int


def give_faces(
    tx: Tx, operation_id: int, media: Collection[UUID], persons: Collection[int], *, to: int | None = None
) -> GivenFaces:
    """Give the faces that some persons of the own material have in chosen media to another person of it, or to a new
    one, in one press, which is taken back as a whole (`take_back_act`). Asks `merge_persons`; records `person:split`
    and `persons:merged` for each person.

    media: a copy that the actor sees stands for the same content in the persons' material. Whoever is seen nowhere else
    becomes one with the person to whom the faces are given, as by `merge_persons`. to: None: a new person.

    Raises:
        As `move_faces`. Conflict: none of these persons is in these media, or they are one person's faces already.
    """
    givers, target = _require_givers(tx, operation_id, media, persons, to)
    shown = _shown_in(tx, (target or givers[0]).compartment_id, media, [each.id for each in givers])
    givers = [each for each in givers if each.id in shown]
    if not givers:
        raise Conflict("None of these persons is, or is any more, in the chosen media. Load the page again.")
    into = None if target is None else _Given(target.id, target.number, best_face(tx, target))
    written: list[tuple[Pair, UUID, bool]] = []
    for giver in givers:
        left = _part(tx, giver, [face for face, _ in shown[giver.id]], written)
        if into is not None:
            _unite(tx, giver, sorted((into, left), key=lambda each: each.number), written)
        into = into or left
    if into is None or not written:
        raise Conflict(
            "{person} has no other faces: they are a person already.", person=person_number(givers[0].number)
        )
    regroup(tx, operation_id, givers[0].compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    for pair, act, is_same in written:
        kind = events.PersonsMerged if is_same else events.PersonSplit
        tx.record(kind(place_of(tx, pair), person=pair.person, other=pair.other, act=act))
    whose = select(Person.number).join(Face, Face.person_id == Person.id).where(Face.id == into.face)
    given = [each for faces in shown.values() for each in faces]
    return GivenFaces(
        written[-1][1], tx.session.execute(whose).scalar_one(), len(given), len({each for _, each in given})
    )


@dataclass(frozen=True)
class _Given:
    """A person to whom faces are given, or that they have become; with a face that is its own."""

    person: UUID
    number: int
    face: UUID


def _part(tx: Tx, giver: Person, faces: Sequence[UUID], written: list[tuple[Pair, UUID, bool]]) -> _Given:
    """What leaves a person: a new one with these faces, of which it is said that it is another; or the person itself,
    where all its faces leave."""
    own, goes = leaving(tx, giver, faces)
    if len(goes) == len(own):
        return _Given(giver.id, giver.number, best_face(tx, giver))
    parted, act = take_out(tx, giver, faces)
    written.append((parted, act, False))
    number = tx.session.execute(select(Person.number).where(Person.id == parted.other)).scalar_one()
    return _Given(parted.other, number, parted.other_face)


def _unite(tx: Tx, giver: Person, two: Sequence[_Given], written: list[tuple[Pair, UUID, bool]]) -> None:
    """Say that two are one; the one with the smaller number comes first."""
    one, other = two
    pair = Pair(giver.operation_id, giver.compartment_id, None, one.person, other.person, one.face, other.face)
    written.append((pair, write_act(tx, pair, is_same=True), True))


def _require_givers(
    tx: Tx, operation_id: int, media: Collection[UUID], persons: Collection[int], to: int | None
) -> tuple[list[Person], Person | None]:
    """Whose faces are given, by number, and to whom, held. Raises as `give_faces`."""
    faults = []
    numbers = sorted(set(persons) - {to})
    if not 1 <= len(set(media)) <= MOST_SHOWING:
        faults.append(Fault("media", "1 to {most} media", most=MOST_SHOWING))
    if not 1 <= len(numbers) <= MOST_GIVERS:
        faults.append(Fault("persons", "1 to {most} other persons", most=MOST_GIVERS))
    if faults:
        raise Invalid("These faces cannot be given.", faults=faults)
    givers = [require_own_person(tx, operation_id, each) for each in numbers]
    target = None if to is None else require_own_person(tx, operation_id, to)
    everybody = [*givers, *([target] if target else [])]
    if len({each.compartment_id for each in everybody}) > 1:
        raise Invalid(
            "These persons are in material that is opened separately: a face stays where it lies.",
            faults=[Fault("to", "a person of material that is opened together with this one")],
        )
    hold_live(tx, everybody)
    return givers, target


def _shown_in(
    tx: Tx, compartment_id: int, media: Collection[UUID], persons: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, UUID]]]:
    """For each person who is in these contents its faces there, each with its medium."""
    contents = select(MediaItem.sha256).where(MediaItem.id.in_(media))
    asked = (
        select(Face.person_id, Face.id, Face.media_item_id)
        .join(MediaItem, MediaItem.id == Face.media_item_id)
        .where(MediaItem.compartment_id == compartment_id, MediaItem.sha256.in_(contents))
        .where(Face.person_id.in_(persons))
        .order_by(Face.id)
    )
    found: dict[UUID, list[tuple[UUID, UUID]]] = {}
    for person, face, medium in tx.session.execute(asked):
        if person is not None:
            found.setdefault(person, []).append((face, medium))
    return found


def unite_persons(tx: Tx, operation_id: int, persons: Collection[int]) -> UUID:
    """Say that several persons of one's own material are one; answers an act, by which all of it is taken back. Asks
    `merge_persons`; records `persons:merged` for each but the one with the smallest number.

    As `merge_persons` of that one and each other: who is in the same material becomes one person with it, and who is in
    another one is gathered with it.

    Raises:
        NotFound: there is no such person for the actor. Forbidden: another agency's. Invalid: not two, or too many.
        Conflict: somebody said that two of them are two people, or of all that they are one already.
    """
    numbers = sorted(set(persons))
    if not 2 <= len(numbers) <= MOST_GIVERS:
        raise Invalid(
            "Choose the persons who are one.", faults=[Fault("persons", "2 to {most} persons", most=MOST_GIVERS)]
        )
    first, *others = found = [require_own_person(tx, operation_id, each) for each in numbers]
    hold_live(tx, found)
    written = []
    for other in others:
        elsewhere = None if other.compartment_id == first.compartment_id else other.compartment_id
        if elsewhere is not None and are_said_to_be_one(tx, first.id, other.id):
            continue
        faces = best_face(tx, first), best_face(tx, other)
        pair = Pair(operation_id, first.compartment_id, elsewhere, first.id, other.id, *faces)
        written.append((pair, write_act(tx, pair, is_same=True)))
    if not written:
        raise Conflict("Somebody has said already that these are one person.")
    if any(pair.other_compartment_id is None for pair, _ in written):
        regroup(tx, operation_id, first.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_TWO))
    for pair, act in written:
        tx.record(events.PersonsMerged(place_of(tx, pair), person=pair.person, other=pair.other, act=act))
    return written[-1][1]
