"""Who is one person: folded from the machine's grouping of faces and the acts of people that stand, in their order.

An act that was taken back leaves no trace, whatever came after it. What people said to be two may never come out as
one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Said:
    """What somebody said of two faces. person and other: whom these belonged to then.

    faces: those that leave the person, of a split alone: `other` is the person that they became, and is made by it.
    stands: it was not taken back. ended: what stopped it was no person, but a move of the material.
    """

    id: UUID
    is_same: bool
    face: UUID
    other_face: UUID
    person: UUID
    other: UUID
    faces: Sequence[UUID] = ()
    stands: bool = True
    ended: bool = False


@dataclass(frozen=True)
class Grouping:
    """The person of each face, and for each person without a face the one to which its number leads."""

    faces: dict[UUID, UUID]
    into: dict[UUID, UUID]


def fold(groups: Mapping[UUID, UUID], numbers: Mapping[UUID, int], said: Sequence[Said]) -> Grouping:
    """Return who is one person. groups: the person to which the machine gave each face; numbers: of the persons.

    said: in the order in which it was said. Of two persons that are one the smaller number stays. A face that the
    machine gave to a person that a split had made goes back with it when the split is taken back.
    """
    made = {each.other: each.person for each in said if each.faces and not each.stands and not each.ended}
    faces = {face: _last(made, group) for face, group in groups.items()}
    first, into = dict(faces), dict(made)
    for each in said:
        if not each.stands:
            continue
        if each.is_same:
            _join(faces, into, numbers, each)
        for face in each.faces:
            if face in faces:
                faces[face] = each.other
    full = set(faces.values())
    for face in sorted(first):
        if first[face] not in full:  # all its faces are split off: its number leads to one of those
            into.setdefault(first[face], faces[face])
    return Grouping(faces, {person: to for person, to in into.items() if person not in full})


def _join(faces: dict[UUID, UUID], into: dict[UUID, UUID], numbers: Mapping[UUID, int], said: Said) -> None:
    if said.face not in faces or said.other_face not in faces:
        return
    pair = {faces[said.face], faces[said.other_face]}
    if len(pair) == 1:
        return
    stays, goes = sorted(pair, key=lambda person: numbers[person])
    faces.update({face: stays for face, person in faces.items() if person == goes})
    into[goes] = stays


def _last(leads_to: Mapping[UUID, UUID], person: UUID) -> UUID:
    while person in leads_to:
        person = leads_to[person]
    return person


def joined(grouping: Grouping, said: Sequence[Said]) -> list[Said]:
    """Return what was said to be two, stands, and comes out as one: such a grouping is refused."""
    return [
        each
        for each in said
        if each.stands
        and not each.is_same
        and each.face in grouping.faces
        and grouping.faces[each.face] == grouping.faces.get(each.other_face)
    ]


def contradicts(same: Collection[tuple[UUID, UUID]], two: Collection[tuple[UUID, UUID]]) -> bool:
    """Whether two of whom it is said that they are two are one by what is said of others.

    same, two: the persons of whom it stands that they are one, and two.
    """
    leads_to: dict[UUID, UUID] = {}
    for pair in same:
        one, other = (_last(leads_to, person) for person in pair)
        if one != other:
            leads_to[other] = one
    return any(_last(leads_to, one) == _last(leads_to, other) for one, other in two)
