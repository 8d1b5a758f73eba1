"""Persons: people say that two are one, or two, or that faces are not this person's, and take it back.

An act stands between two faces; whom a face belongs to, how many faces a person has and their mean are caches: they are
folded from the machine's grouping and the acts that stand (rules/grouping.py). A person lives in one compartment: of
two of one agency's compartments nobody is merged, and the pages gather who was said to be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text, update

from workspace import events
from workspace.commands.depicted import hold_live, require_own, require_person
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.commands.standing import hold_shown, tell_leads
from workspace.commands.taking_back import take_back
from workspace.errors import Conflict, Fault, Invalid, NotFound, Text
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
class _Pair:
    """Two persons of one agency, the one with the smaller number first, each with its best face. other_compartment_id:
    of the other, if it is another one."""

    operation_id: int
    compartment_id: int
    other_compartment_id: int | None
    person: UUID
    other: UUID
    face: UUID
    other_face: UUID


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
    if pair.other_compartment_id is not None and tx.session.execute(SQL["said_to_be_one"], _ids(pair)).first():
        raise Conflict("Somebody has said already that these are one person.")
    act = _write(tx, pair, is_same=True)
    if pair.other_compartment_id is None:
        _regroup(tx, operation_id, pair.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    _require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_TWO))
    tx.record(events.PersonsMerged(_place(tx, pair), person=pair.person, other=pair.other, act=act))
    return act


def keep_apart(tx: Tx, operation_id: int, *, number: int, other: int) -> UUID:
    """Say that two persons are not the same: they are not proposed to each other again. Asks `merge_persons`; records
    `persons:kept_apart`. Raises as `merge_persons`."""
    pair = _require_pair(tx, operation_id, number, other)
    if tx.session.execute(SQL["said_to_be_two"], _ids(pair)).first():
        raise Conflict("Somebody has said already that these are two people.")
    act = _write(tx, pair, is_same=False)
    _require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    tx.record(events.PersonsKeptApart(_place(tx, pair), person=pair.person, other=pair.other, act=act))
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
    person = _require_own_person(tx, operation_id, number)
    hold_live(tx, [person])
    pair, act = _take_out(tx, person, faces)
    _regroup(tx, operation_id, person.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    _require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    tx.record(events.PersonSplit(_place(tx, pair), person=person.id, other=pair.other, act=act))
    return Split(act, tx.session.execute(select(Person.number).where(Person.id == pair.other)).scalar_one())


def _require_own_person(tx: Tx, operation_id: int, number: int) -> Person:
    person = require_person(tx, operation_id, number)
    require_operation(tx, "merge_persons", operation_id)
    require_own(tx, person.compartment_id)
    return person


def _take_out(tx: Tx, person: Person, faces: Sequence[UUID]) -> tuple[_Pair, UUID]:
    """Say that some faces of a person, which is held, are a new one: the two, and the act. Raises as `split_person`."""
    if not faces or len(faces) > MOST_SPLIT:
        raise Invalid(
            "Choose the faces that are not this person.", faults=[Fault("faces", "1 to {most} faces", most=MOST_SPLIT)]
        )
    own = tx.session.execute(select(Face.id, Face.track_id).where(Face.person_id == person.id)).all()
    if not {row.id for row in own}.issuperset(faces):
        raise Conflict(
            "Some of these faces are not, or no longer, {person}. Load the page again.",
            person=person_number(person.number),
        )
    tracks = {row.track_id for row in own if row.id in set(faces)} - {None}
    goes = sorted(row.id for row in own if row.id in set(faces) or row.track_id in tracks)
    if len(goes) == len(own):
        raise Invalid("At least one face must stay.", faults=[Fault("faces", "not all faces of the person")])
    stays, leaves = _best_face(tx, person, without=goes), _best_face(tx, person, among=goes)
    new = tx.session.execute(text("select split_off(:person)"), {"person": person.id}).scalar_one()
    pair = _Pair(person.operation_id, person.compartment_id, None, person.id, new, stays, leaves)
    return pair, _write(tx, pair, is_same=False, faces=goes)


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
    person = _require_own_person(tx, operation_id, number)
    other = require_person(tx, operation_id, to)
    if person.id == other.id:
        raise Invalid("The faces are this person's already.", faults=[Fault("to", "another person")])
    if person.compartment_id != other.compartment_id:
        raise Invalid(
            "These persons are in material that is opened separately: a face stays where it lies.",
            faults=[Fault("to", "a person of material that is opened together with this one")],
        )
    hold_live(tx, [person, other])
    parted, act = _take_out(tx, person, faces)
    joined = _Pair(
        operation_id, person.compartment_id, None, other.id, parted.other, _best_face(tx, other), parted.other_face
    )
    given = _write(tx, joined, is_same=True)
    _regroup(tx, operation_id, person.compartment_id, otherwise=Conflict(SAID_TO_BE_TWO))
    _require_no_contradiction(tx, operation_id, otherwise=Conflict(SAID_TO_BE_ONE))
    tx.record(events.PersonSplit(_place(tx, parted), person=person.id, other=parted.other, act=act))
    tx.record(events.PersonsMerged(_place(tx, joined), person=other.id, other=parted.other, act=given))
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
    hold(tx, "persons", {act.compartment_id, act.other_compartment_id or act.compartment_id})
    take_back(tx, PersonAct, act_id)
    # What one press said has its moment in common.
    others = tx.session.scalars(
        update(PersonAct)
        .where(PersonAct.compartment_id == act.compartment_id, PersonAct.decided_by == act.decided_by)
        .where(PersonAct.decided_at == act.decided_at, PersonAct.undone_at.is_(None))
        .values(undone_at=func.now(), undone_by=tx.actor.id)
        .returning(PersonAct.id)
    ).all()
    otherwise = Conflict(
        "Without this, two would be one of whom somebody said since that they are two. Take that back first."
    )
    if act.other_compartment_id is None:
        _regroup(tx, act.operation_id, act.compartment_id, otherwise=otherwise)
        _require_no_contradiction(tx, act.operation_id, otherwise=otherwise)
    for each in (act_id, *sorted(others)):
        tx.record(events.PersonsParted(_place(tx, act), act=each))


def _regroup(tx: Tx, operation_id: int, compartment_id: int, *, otherwise: Conflict) -> None:
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


def _require_no_contradiction(tx: Tx, operation_id: int, *, otherwise: Conflict) -> None:
    """Pass if nobody is one with a person of whom it stands that they are two, also by way of other materials.

    Raises:
        otherwise: somebody is.
    """
    tx.session.flush()
    stands = tx.session.execute(SQL["decided"], {"operation": operation_id}).all()
    same, two = ([(row.one, row.other) for row in stands if row.is_same is asked] for asked in (True, False))
    if contradicts(same, two):
        raise otherwise


def _place(tx: Tx, said: _Pair | PersonAct) -> events.Place:
    """Who opens the compartment sees the event; of two compartments only who opens one that is closed to others."""
    lock = said.compartment_id
    if said.other_compartment_id is not None:
        both = [tx.session.get_one(Compartment, each) for each in (lock, said.other_compartment_id)]
        lock = max(both, key=lambda each: (each.sharing != "operation", each.id)).id
    return events.Place(said.operation_id, (lock,))


def _ids(pair: _Pair) -> dict[str, UUID]:
    return {"one": pair.person, "other": pair.other}


def _require_pair(tx: Tx, operation_id: int, number: int, other: int) -> _Pair:
    persons = [require_person(tx, operation_id, each) for each in sorted((number, other))]
    first, second = persons
    require_operation(tx, "merge_persons", operation_id)
    if number == other:
        raise Invalid("These are not two persons.", faults=[Fault("other", "another person")])
    for person in persons:
        require_own(tx, person.compartment_id)
    hold_live(tx, persons)
    faces = [_best_face(tx, each) for each in persons]
    elsewhere = second.compartment_id if second.compartment_id != first.compartment_id else None
    return _Pair(operation_id, first.compartment_id, elsewhere, first.id, second.id, faces[0], faces[1])


def _best_face(tx: Tx, person: Person, *, among: Sequence[UUID] | None = None, without: Sequence[UUID] = ()) -> UUID:
    faces = select(Face.id).where(Face.person_id == person.id, Face.id.not_in(without))
    if among is not None:
        faces = faces.where(Face.id.in_(among))
    found = tx.session.scalars(faces.order_by(Face.quality.desc(), Face.id).limit(1)).one_or_none()
    if found is None:
        raise Conflict("{person} has no face.", person=person_number(person.number))
    return found


def _write(tx: Tx, pair: _Pair, *, is_same: bool, faces: Sequence[UUID] = ()) -> UUID:
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
