"""Whose a face is: compared before anything is held, one person in a sheet or a mirror, and never against what people
said."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bench import Bench
from workers.persons import SAME_IN_PICTURE, Sighting, Vectors, gather, give_to_persons, look_for_persons
from workspace.commands.readings import FoundFaceRow, PersonRow
from workspace.rules.grouping import Said, fold, joined

FACE = FoundFaceRow(
    **dict.fromkeys(("box", "landmarks"), [0.0] * 4),
    **dict.fromkeys(("frame_width", "frame_height"), 1),
    **dict.fromkeys(("detection_score", "quality", "eye_distance_px", "yaw_deg", "roll_deg", "sharpness"), 1.0),
    quality_word="good", embedding=None, pack_id="tests", model_digest="1" * 64, dimension=128, crop_address="none",
    veil_address="none",
)  # fmt: skip


def seen(vector: Vectors, view: int = -1) -> Sighting:
    return Sighting((replace(FACE, id=uuid4()),), np.array([vector], np.float32), view=view)


def look(seed: int, near: Vectors | None = None, cosine: float = 1.0) -> Vectors:
    """A face, (128,); one that has this cosine with another."""
    random = np.random.default_rng(seed).normal(size=128)
    if near is not None:
        across = random - (random @ near) * near
        random = cosine * near + np.sqrt(1 - cosine**2) * across / np.linalg.norm(across)
    return np.asarray(random / np.linalg.norm(random), np.float32)


def test_two_workers_that_compared_before_either_wrote_make_one_person(bench: Bench) -> None:
    compartment, one = bench.operation.compartment("EC"), look(1)
    found = [[seen(one)], [seen(look(2, one, 0.9))], [seen(look(3))]]
    with bench.tools.db.read(bench.tools.service_id) as view:
        before = [look_for_persons(view.session, compartment, each) for each in found]
    assert not any(each.ids for each in before)

    whose = []
    for sightings, nearby in zip(found, before, strict=True):
        with bench.tools.db.write(bench.tools.service_id) as tx:
            (row,) = give_to_persons(tx, bench.operation.id, compartment, sightings, nearby)
            whose.append(row.person_id)

    counts = {row.id: row.face_count for row in bench.rows("select * from person where operation_id = :operation")}
    assert whose[0] == whose[1] != whose[2]
    assert counts == {whose[0]: 2, whose[2]: 1}


def test_a_sheet_of_one_person_is_one_and_a_crowd_of_alike_is_not() -> None:
    one = look(1)
    sheet = [seen(look(seed, one, 0.9)) for seed in range(2, 11)]
    crowd = [seen(one), seen(look(3, one, SAME_IN_PICTURE - 0.01))]
    chain = [seen(one), seen(look(2, one, 0.8)), seen(look(4, look(2, one, 0.8), 0.8))]

    assert len({each.person.id for each in gather(sheet, {})}) == 1
    assert sum(each.twin is not None for each in gather(sheet, {})) == 8
    assert len({each.person.id for each in gather(sheet, {}, may_join=False)}) == 9
    assert len({each.person.id for each in gather(crowd, {})}) == 2
    assert len({each.person.id for each in gather(chain, {})}) <= 2
    known = {person.id: person for person in (PersonRow(uuid4(), one.tolist(), 9),)}
    parted = frozenset(known)
    assert len({each.person.id for each in gather(sheet[:2], known, parted=parted)}) == 2


WISHES = st.lists(
    st.tuples(st.sampled_from(["picture", "sheet", "same", "apart", "split", "undo"]), st.integers(0, 999),
    st.integers(0, 999)),
    min_size=3, max_size=14,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(WISHES)
def test_what_people_said_holds_whatever_the_machine_is_given_since(wishes: list[tuple[str, int, int]]) -> None:
    """Few people, alike and unlike faces of each, in pictures of their own and in sheets; people speak in between."""
    people = [look(seed) for seed in range(3)]
    vectors: dict[UUID, Vectors] = {}
    groups: dict[UUID, UUID] = {}
    picture: dict[UUID, int] = {}
    numbers: dict[UUID, int] = {}
    said: list[Said] = []
    for step, (what, a, b) in enumerate(wishes):
        now = fold(groups, numbers, said).faces
        if what in ("picture", "sheet"):
            found = [seen(look(a + n, people[a % 3], 0.6 + b % 4 / 10)) for n in range(1 if what == "picture" else 3)]
            known = {
                person: PersonRow(person, np.mean([vectors[f] for f in mine], axis=0).tolist(), len(mine))
                for person in {*now.values()}
                if (mine := [f for f, whose in now.items() if whose == person])
            }
            parted = frozenset(
                person
                for each in said
                if each.stands and not each.is_same and picture[each.face] == picture[each.other_face]
                for person in (each.person, each.other, now[each.face], now[each.other_face])
            )
            for one in gather(found, known, parted=parted):
                face = one.sighting.faces[0].id
                vectors[face], groups[face], picture[face] = one.sighting.vectors[0], one.person.id, step
                numbers.setdefault(one.person.id, len(numbers))
                if one.twin is not None:
                    assert float(vectors[face] @ one.twin.vectors[0]) >= SAME_IN_PICTURE
                    assert one.person.id not in parted
        elif what == "undo" and said:
            place = a % len(said)
            without = [*said[:place], replace(said[place], stands=False), *said[place + 1 :]]
            said = without if not joined(fold(groups, numbers, without), without) else said
        elif len(groups) > 1:
            faces = sorted(groups)
            one, other = faces[a % len(faces)], faces[b % len(faces)]
            act = Said(uuid4(), what == "same", one, other, now[one], now[other])
            if what == "split" and one != other and now[one] == now[other]:
                act = Said(uuid4(), False, one, other, now[one], uuid4(), (other,))
            elif now[one] == now[other]:
                continue
            numbers.setdefault(act.other, len(numbers))
            if not joined(fold(groups, numbers, [*said, act]), [*said, act]):
                said.append(act)

        whose = fold(groups, numbers, said)
        assert joined(whose, said) == []
        for place, each in enumerate(said):
            moved = {face for later in said[place:] if later.stands for face in later.faces}
            if each.stands and each.is_same and not moved & {each.face, each.other_face}:
                assert whose.faces[each.face] == whose.faces[each.other_face]
