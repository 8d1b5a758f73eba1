"""Who is one person is what the acts that stand say: an act that was taken back leaves no trace, and the machine
overrules nobody."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from workspace.rules.grouping import Said, fold, joined

PERSONS, FACES = 5, 3
"""How many persons the machine made, and how many faces each has."""


def person(number: int) -> UUID:
    return UUID(int=1000 + number)


def face(number: int) -> UUID:
    return UUID(int=number)


GROUPS = {face(n): person(n // FACES) for n in range(PERSONS * FACES)}
NUMBERS = {person(n): n for n in range(100)}
ONE_OF = st.integers(0, len(GROUPS) - 1)
WISH = st.tuples(st.sampled_from(["same", "apart", "split"]), ONE_OF, ONE_OF, st.sets(ONE_OF, min_size=1, max_size=4))


def act(place: int, wish: tuple[str, int, int, set[int]], said: list[Said], groups: dict[UUID, UUID]) -> Said | None:
    """What somebody says in this state, as the commands let them; None where they refuse."""
    what, one, other, some = wish
    now = fold(groups, NUMBERS, said).faces
    mine, theirs = now[face(one)], now[face(other)]
    made: Said | None = None
    if what == "split":
        goes = tuple(face(each) for each in sorted(some) if now[face(each)] == mine)
        stays = [each for each, whose in now.items() if whose == mine and each not in goes]
        if goes and stays:
            made = Said(UUID(int=place), False, stays[0], goes[0], mine, person(PERSONS + place), goes)
    elif mine != theirs:
        made = Said(UUID(int=place), what == "same", face(one), face(other), mine, theirs)
    return made if made and not joined(fold(groups, NUMBERS, [*said, made]), [*said, made]) else None


def history(wishes: list[tuple[str, int, int, set[int]]]) -> list[Said]:
    said: list[Said] = []
    for place, wish in enumerate(wishes):
        made = act(place, wish, said, GROUPS)
        said += [made] if made else []
    return said


@settings(max_examples=60)
@given(st.lists(WISH, max_size=12), st.data())
def test_a_history_with_acts_taken_back_is_the_history_without_them(
    wishes: list[tuple[str, int, int, set[int]]], data: st.DataObject
) -> None:
    said = history(wishes)
    gone = data.draw(st.sets(st.sampled_from(range(len(said))))) if said else set()
    rest = [each for place, each in enumerate(said) if place not in gone]

    taken_back = [replace(each, stands=False) if place in gone else each for place, each in enumerate(said)]

    assert fold(GROUPS, NUMBERS, taken_back).faces == fold(GROUPS, NUMBERS, rest).faces
    assert joined(fold(GROUPS, NUMBERS, taken_back), taken_back) == joined(fold(GROUPS, NUMBERS, rest), rest)


@settings(max_examples=60)
@given(st.lists(WISH, max_size=12))
def test_what_was_said_holds_whatever_was_said_before_and_after(
    wishes: list[tuple[str, int, int, set[int]]],
) -> None:
    said = history(wishes)
    found = fold(GROUPS, NUMBERS, said)

    assert joined(found, said) == []
    assert set(found.faces) == set(GROUPS)
    empty = {*GROUPS.values(), *(each.other for each in said)} - set(found.faces.values())
    assert empty <= set(found.into)  # the number of a person without a face leads somewhere
    for each in empty:
        to, steps = each, 0
        while to in found.into and steps < 50:
            to, steps = found.into[to], steps + 1
        assert to in set(found.faces.values())


@settings(max_examples=60)
@given(st.lists(WISH, max_size=8), st.lists(st.integers(0, PERSONS - 1), max_size=6))
def test_faces_that_come_later_move_nobody_and_follow_the_person_they_were_given_to(
    wishes: list[tuple[str, int, int, set[int]]], given_to: list[int]
) -> None:
    said = history(wishes)
    before = fold(GROUPS, NUMBERS, said).faces
    new = {face(100 + place): before[face(number * FACES)] for place, number in enumerate(given_to)}

    after = fold(GROUPS | new, NUMBERS, said).faces

    assert {each: after[each] for each in GROUPS} == before
    assert {each: after[each] for each in new} == new
    back = fold(GROUPS | new, NUMBERS, [replace(each, stands=False) for each in said]).faces
    made = {each.other for each in said if each.faces}
    assert not set(back.values()) & made  # a person that a split had made is gone with it


def test_what_a_move_of_material_ended_leaves_persons_as_they_are() -> None:
    split = Said(UUID(int=1), False, face(0), face(2), person(0), person(9), (face(2),), stands=False, ended=True)

    assert fold({face(0): person(0), face(2): person(9)}, NUMBERS, [split]).faces == {
        face(0): person(0),
        face(2): person(9),
    }
