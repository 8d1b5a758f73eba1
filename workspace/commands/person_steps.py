"""Steps of commands about persons: faces are taken out, acts are written down, and who is one person is folded anew.

No command: whoever takes these steps has asked policy and holds the persons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from workspace import events
from workspace.commands.depicted import require_own, require_person
from workspace.commands.guard import require_operation
from workspace.commands.standing import hold_shown, tell_leads
from workspace.errors import Conflict, Fault, Invalid, Text
from workspace.model import Compartment, Face, Person, PersonAct, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.grouping import Said, contradicts, fold, joined
from workspace.rules.numbers import person_number

SQL = statements(__file__)

SAID_TO_BE_TWO = Text("Somebody said that these are two people. Take that back first.")
SAID_TO_BE_ONE = Text("Somebody said that these are one person, maybe by way of a third. Take that back first.")
MOST_SPLIT = 500
"""How many faces leave a person at once."""


@dataclass(frozen=True)
class Pair:
    """Two persons of one agency, the one with the smaller number first, each with its best face. other_compartment_id:
    of the other, if it is another one."""

    operation_id: int
    compartment_id: int
    other_compartment_id: int | None
    person: UUID
    other: UUID
    face: UUID
    other_face: UUID


def require_own_person(tx: Tx, operation_id: int, number: int) -> Person:
    """A person of the actor's own material, of whom the actor may say so. Raises: NotFound, Forbidden, Closed."""
    person = require_person(tx, operation_id, number)
    require_operation(tx, "merge_persons", operation_id)
    require_own(tx, person.compartment_id)
    return person


def take_out(tx: Tx, person: Person, faces: Sequence[UUID]) -> tuple[Pair, UUID]:
    """Say that some faces of a person, which is held, are a new one: the two, and the act. Raises as `split_person`."""
    if not faces or len(faces) > MOST_SPLIT:
        raise Invalid(
            "Choose the faces that are not this person.", faults=[Fault("faces", "1 to {most} faces", most=MOST_SPLIT)]
        )
    own, goes = leaving(tx, person, faces)
    if not own.issuperset(faces):
        raise Conflict(
            "Some of these faces are not, or no longer, {person}. Load the page again.",
            person=person_number(person.number),
        )
    if len(goes) == len(own):
        raise Invalid("At least one face must stay.", faults=[Fault("faces", "not all faces of the person")])
    stays, leaves = best_face(tx, person, without=goes), best_face(tx, person, among=goes)
    new = tx.session.execute(text("select split_off(:person)"), {"person": person.id}).scalar_one()
    pair = Pair(person.operation_id, person.compartment_id, None, person.id, new, stays, leaves)
    return pair, write_act(tx, pair, is_same=False, faces=goes)


def leaving(tx: Tx, person: Person, faces: Collection[UUID]) -> tuple[set[UUID], list[UUID]]:
    """All faces of a person, and those that leave it: the other faces of their tracks leave with them."""
    own = tx.session.execute(select(Face.id, Face.track_id).where(Face.person_id == person.id)).all()
    tracks = {row.track_id for row in own if row.id in set(faces)} - {None}
    goes = sorted(row.id for row in own if row.id in set(faces) or row.track_id in tracks)
    return {row.id for row in own}, goes


def regroup(tx: Tx, operation_id: int, compartment_id: int, *, otherwise: Conflict) -> None:
    """Fold the persons of a compartment again, which are held, and move faces and leads to where they now belong.

    Raises:
        otherwise: two of whom an act says that they are two came out as one.
    """
    here = {"compartment": compartment_id}
    said = [Said(**row._mapping) for row in tx.session.execute(SQL["said"], here)]
    faces = tx.session.execute(SQL["faces"], here).all()
    persons = {row.id: row for row in tx.session.execute(SQL["persons"], here)}
    grouping = fold({row.id: row.home for row in faces}, {each: row.number for each, row in persons.items()}, said)
    if joined(grouping, said):
        raise otherwise
    moved = {row.id: grouping.faces[row.id] for row in faces if grouping.faces[row.id] != row.person_id}
    empty = {one: into for one, into in grouping.into.items() if persons[one].merged_into != into}
    if not moved and not empty:
        return
    touched = sorted({row.person_id for row in faces if row.id in moved} | {*moved.values(), *empty, *empty.values()})
    hold_shown(tx, operation_id, touched)
    tell_leads(tx, operation_id, persons=touched)
    tx.session.execute(
        text("select regroup(:compartment, :faces, :persons, :empty, :into)"),
        here
        | {"faces": list(moved), "persons": list(moved.values())}
        | {"empty": list(empty), "into": list(empty.values())},
    )
    left = {row.person_id for row in faces if row.id not in moved} | set(moved.values())
    jobs.want_all(tx, "match_person", [each for each in touched if each in left], operation_id)
    jobs.want_all(tx, "match_again", [each for each in touched if each in left], operation_id)


def require_no_contradiction(tx: Tx, operation_id: int, *, otherwise: Conflict) -> None:
    """Pass if nobody is one with a person of whom it stands that they are two, also by way of other materials.

    Raises:
        otherwise: somebody is.
    """
    tx.session.flush()
    stands = tx.session.execute(SQL["decided"], {"operation": operation_id}).all()
    same, two = ([(row.one, row.other) for row in stands if row.is_same is asked] for asked in (True, False))
    if contradicts(same, two):
        raise otherwise


def place_of(tx: Tx, said: Pair | PersonAct) -> events.Place:
    """Who opens the compartment sees the event; of two compartments only who opens one that is closed to others."""
    lock = said.compartment_id
    if said.other_compartment_id is not None:
        both = [tx.session.get_one(Compartment, each) for each in (lock, said.other_compartment_id)]
        lock = max(both, key=lambda each: (each.sharing != "operation", each.id)).id
    return events.Place(said.operation_id, (lock,))


def best_face(tx: Tx, person: Person, *, among: Sequence[UUID] | None = None, without: Sequence[UUID] = ()) -> UUID:
    """The best of a person's faces. Raises: Conflict, where it has none."""
    faces = select(Face.id).where(Face.person_id == person.id, Face.id.not_in(without))
    if among is not None:
        faces = faces.where(Face.id.in_(among))
    found = tx.session.scalars(faces.order_by(Face.quality.desc(), Face.id).limit(1)).one_or_none()
    if found is None:
        raise Conflict("{person} has no face.", person=person_number(person.number))
    return found


def write_act(tx: Tx, pair: Pair, *, is_same: bool, faces: Sequence[UUID] = ()) -> UUID:
    """Write down what is said of two persons; answers the act. Belongs to a command that has asked and records it."""
    act = PersonAct(
        operation_id=pair.operation_id,
        compartment_id=pair.compartment_id,
        other_compartment_id=pair.other_compartment_id,
        is_same=is_same,
        face_id=pair.face,
        other_face_id=pair.other_face,
        person_id=pair.person,
        other_id=pair.other,
        faces=list(faces),
        decided_by=tx.actor.id,
    )
    tx.add(act)
    return act.id


def are_said_to_be_one(tx: Tx, one: UUID, other: UUID) -> bool:
    """Whether an act that stands says across two materials that two persons are one."""
    return tx.session.execute(SQL["said_to_be_one"], {"one": one, "other": other}).first() is not None


def are_said_to_be_two(tx: Tx, one: UUID, other: UUID) -> bool:
    """Whether an act that stands says that two persons are two."""
    return tx.session.execute(SQL["said_to_be_two"], {"one": one, "other": other}).first() is not None
