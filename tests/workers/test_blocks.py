"""Vectors in memory propose and the rows decide: what comes out is what a comparison of all rows in SQL gives, however
the rows came, changed and went."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.support.bench import Bench
from tests.support.media_rows import lay_exhibit, lay_medium
from workers import drain, matching
from workers.likely import BEST_FACES, Likely, look_ahead, look_with_entries, look_with_persons
from workers.matching import MEAN_COSINE, TOP, TOP_PERSONS, compared
from workers.tools import WorkerTools
from workspace.analysis.pack import Pack
from workspace.model import Face, Person, Register, RegisterEntry, jobs
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.search.block import PART, Block, probes_of
from workspace.search.gallery import REST_S, Gallery, Probe, gallery_of, let_go

IN_SQL = statements(__file__.replace("test_blocks", "in_sql"))
"""How all rows are compared, without blocks."""
PLACES = (("EC", "operation"), ("PE", "operation"), ("CL", "operation"), ("EC", "agency"), ("PE", "agency"))
DIMENSION = 128

Floats = npt.NDArray[np.float32]


def unit(numbers: np.random.Generator, count: int, around: Floats | None = None, spread: float = 1.0) -> Floats:
    made = numbers.standard_normal((count, DIMENSION)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    if around is not None:
        made = around + np.float32(spread) * made
        made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


# --- Blocks alone -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_block_names_everything_that_reaches_the_threshold_and_little_else(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    count, probes = (PART + 700, 21) if seed == 0 else (int(numbers.integers(1, 3000)), int(numbers.integers(1, 30)))
    centres = unit(numbers, 8)
    vectors = unit(numbers, count, centres[numbers.integers(0, 8, count)], 1.5)
    vectors[::97] = np.eye(DIMENSION, dtype=np.float32)[3]  # one component alone: the worst for a byte a component
    vectors[5 % count] = 0
    asked = unit(numbers, probes, centres[numbers.integers(0, 8, probes)], 1.2)
    ids = numbers.integers(1, 2**63, (count, 2)).astype(np.uint64)
    block = Block(DIMENSION, "a block")
    for start in range(0, count, 1000):
        block.add(ids[start : start + 1000], vectors[start : start + 1000])
    gone = ids[:: max(1, count // 50)]
    block.drop(gone)
    there = ~np.isin(ids[:, 1], gone[:, 1])
    halves, scores = ids[there, 1], asked @ vectors[there].T

    def reach(threshold: float) -> set[tuple[int, int]]:
        places, columns = np.nonzero(scores >= threshold)
        return set(zip(places.tolist(), halves[columns].tolist(), strict=True))

    for threshold in (0.363, 0.6):
        named = {
            pair
            for places, found in block.like(probes_of(asked), threshold)
            for pair in zip(places.tolist(), found[:, 1].tolist(), strict=True)
        }
        assert reach(threshold) <= named <= reach(threshold - 0.15)


def test_a_block_shows_by_its_parts_whether_they_are_what_was_put_into_them() -> None:
    numbers = np.random.default_rng(1)
    ids = numbers.integers(1, 2**63, (90, 2)).astype(np.uint64)
    one, other = Block(DIMENSION, "one"), Block(DIMENSION, "other")
    for block in (one, other):
        block.add(ids[:40], unit(numbers, 40))
        block.add(ids[40:], unit(numbers, 50))
        block.drop(ids[10:20])
        assert len(block) == 80
        assert [part.is_sound() for part in block.parts] == [True]

    one.parts[0].codes[0, 7, 7] ^= 1
    assert not one.parts[0].is_sound()
    one.parts[0].codes[0, 7, 7] ^= 1
    one.parts[0].per_step[3] *= 2
    assert not one.parts[0].is_sound()
    one.parts = other.parts
    assert len(one) == 80
    assert other.parts[0].is_sound()


# --- Blocks and rows --------------------------------------------------------------------------------------------------


class World:
    """Persons, entries and faces of an operation, as rows. Some identities stand in many places."""

    def __init__(self, bench: Bench, seed: int, *, persons: int = 20, identities: int = 12) -> None:
        self.bench, self.operation = bench, bench.operation
        self.pack: Pack = bench.tools.engine.pack
        self.chance = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.identities = unit(self.numbers, identities)
        self.persons: list[UUID] = []
        self.entries: list[UUID] = []
        self.media: dict[tuple[str, str], UUID] = {}
        for country, sharing in PLACES:
            exhibit = lay_exhibit(self.operation, country, f"{country} {sharing}", sharing=sharing)
            self.media[country, sharing] = lay_medium(self.operation, exhibit)
        for _ in range(persons):
            self.lay_person()
        for place, kept in ((PLACES[0], None), (PLACES[4], None), (PLACES[2], date(2020, 1, 1))):
            self.lay_register(place, kept)

    def _faces(self, place: tuple[str, str], count: int, **of: UUID) -> list[Face]:
        centre = self.identities[self.chance.randrange(len(self.identities))]
        vectors = unit(self.numbers, count, centre, self.chance.choice((0.5, 1.0, 1.6)))
        return [
            Face(
                operation_id=self.operation.id,
                compartment_id=self.operation.compartment(*place),
                media_item_id=self.media[place],
                box=[1.0] * 4,
                landmarks=[1.0] * 10,
                frame_width=9,
                frame_height=9,
                detection_score=0.9,
                quality=self.chance.random(),
                quality_word=self.chance.choice(("good", "good", "usable", "poor")),
                eye_distance_px=9,
                yaw_deg=0,
                roll_deg=0,
                sharpness=1,
                embedding=vector.tolist() if self.chance.random() < 0.95 else None,
                pack_id="test",
                model_digest=self.pack.recogniser_sha256 if self.chance.random() < 0.9 else "1" * 64,
                dimension=DIMENSION,
                crop_address="none",
                veil_address="none",
                **of,
            )
            for vector in vectors
        ]

    def lay_person(self) -> UUID:
        place = self.chance.choice(PLACES)
        with Session(self.operation.owner) as session:
            made = uuid4()
            number = session.execute(text("select next_number(:op, 'person')"), {"op": self.operation.id}).scalar_one()
            faces = self._faces(place, self.chance.randint(1, 11), person_id=made)
            same = [
                face.embedding
                for face in faces
                if face.embedding is not None and face.model_digest == self.pack.recogniser_sha256
            ]
            mean = np.mean(same, axis=0).tolist() if same else None
            session.add(
                Person(
                    id=made,
                    operation_id=self.operation.id,
                    compartment_id=self.operation.compartment(*place),
                    number=number,
                    face_count=len(faces),
                    centroid=mean,
                    model_digest=self.pack.recogniser_sha256 if same else None,
                )
            )
            session.flush()
            session.add_all(faces)
            session.commit()
        self.persons.append(made)
        return made

    def lay_register(
        self, place: tuple[str, str], retain_until: date | None, *, name: str = "Missing", entries: int = 10
    ) -> None:
        here = {"operation_id": self.operation.id, "compartment_id": self.operation.compartment(*place)}
        with Session(self.operation.owner) as session:
            facts: dict[str, object] = {"country": place[0], "name": f"{name} {place}", "legal_source": "a law"}
            facts |= {"attested_by": self.operation.person(place[0]), "retain_until": retain_until}
            register = session.scalars(insert(Register).values(**here, **facts).returning(Register.id)).one()
            for number in range(entries):
                entry = uuid4()
                state = {"is_closed": True, "closed_as": "withdrawn"} if self.chance.random() < 0.2 else {}
                session.add(
                    RegisterEntry(
                        **here, id=entry, register_id=register, number=f"N-{number}", number_key=f"n-{number}", **state
                    )
                )
                session.flush()
                session.add_all(self._faces(place, self.chance.randint(1, 2), register_entry_id=entry))
                self.entries.append(entry)
            session.commit()

    def reject_some(self) -> None:
        """Pairs that examiners rejected: they take no place."""
        for row in self.answers(with_blocks=False)[0][:3]:
            self.operation.change(
                "insert into lead (operation_id, number, kind, pair_key, locks, countries, stage, score, band) "
                "select :op, coalesce((select max(number) from lead where operation_id = :op), 0) + 1, "
                "'register_match', "
                "pair_key_of_faces(:one, :other), array[cast(:lock as int)], '{EC}', 'rejected', 0.5, 'strong'",
                op=self.operation.id, one=row["person_id"], other=row["entry_id"], lock=row["compartment_id"],
            )  # fmt: skip

    def answers(self, *, with_blocks: bool) -> list[list[dict[str, Any]]]:
        """What all persons and all entries resemble."""
        facts = {"threshold": self.pack.lead_cosine, "digest": self.pack.recogniser_sha256}
        asked = facts | {"persons": self.persons, "best": BEST_FACES, "mean": MEAN_COSINE}
        found: list[Sequence[Any]] = []
        with self.bench.tools.db.read(self.bench.tools.service_id) as view:
            ahead = Likely(self.pack, 0)
            if with_blocks:
                look_with_persons(view.session, self.operation.id, self.persons, ahead)
                look_with_entries(view.session, self.operation.id, self.entries, ahead)
            for which, top, faces in (("entries", TOP, ahead.entries), ("persons", TOP_PERSONS, ahead.persons)):
                found.append(
                    compared(view.session, which, asked | {"top": top}, faces)
                    if with_blocks
                    else view.session.execute(IN_SQL[which], asked | {"top": top}).all()
                )
            for entry in self.entries:
                wanted = facts | {"entry": entry, "faces": sorted(ahead.persons.get(entry, ()))}
                statement = matching.SQL["persons_like_entry"] if with_blocks else IN_SQL["persons_like_entry"]
                found.append(sorted(view.session.execute(statement, wanted).all()))
        return [[dict(row._mapping) for row in rows] for rows in found]

    def gallery(self) -> Gallery:
        with self.bench.tools.db.read(self.bench.tools.service_id) as view:
            return gallery_of(view.session, self.operation.id, self.pack.recogniser_sha256)

    def same(self) -> bool:
        """Whether both ways give the same, and give something."""
        with_blocks, in_sql = self.answers(with_blocks=True), self.answers(with_blocks=False)
        assert with_blocks == in_sql
        return all(in_sql[:2]) and any(in_sql[2:])


@pytest.mark.parametrize("seed", range(2))
def test_blocks_and_a_comparison_of_all_rows_give_the_same_whatever_happens_to_the_rows(
    bench: Bench, seed: int
) -> None:
    world = World(bench, seed)
    change, here = bench.operation.change, {"op": bench.operation.id}
    assert world.same()
    world.reject_some()
    assert world.same()

    gallery = world.gallery()
    before = sum(map(len, gallery.blocks.values()))
    for _ in range(5):
        world.lay_person()
    assert world.same()
    assert sum(map(len, gallery.blocks.values())) > before

    # An exhibit is closed: its faces lie behind another lock.
    moved = {"of": bench.operation.compartment("PE"), "to": bench.operation.compartment("PE", "agency")}
    change("update face set compartment_id = :to where compartment_id = :of and person_id is not null", **moved)
    change("update person set compartment_id = :to where compartment_id = :of", **moved)
    assert world.same()

    # A country lets its faces be compared no more, and its vectors leave the memory; then it lets them again.
    lock = {"lock": bench.operation.compartment("EC")}
    kept = bench.rows(
        "select id, embedding::text as vector from face where compartment_id = :lock and embedding is not null", **lock
    )
    change("update face set embedding = null where compartment_id = :lock", **lock)
    assert world.answers(with_blocks=True) == world.answers(with_blocks=False)
    assert not any(len(block) for (compartment, _), block in gallery.blocks.items() if compartment == lock["lock"])
    change(
        "update face f set embedding = cast(k.vector as halfvec) from unnest(cast(:ids as uuid[]), cast(:vectors as "
        "text[])) "
        "as k(id, vector) where k.id = f.id",
        ids=[row.id for row in kept], vectors=[row.vector for row in kept],
    )  # fmt: skip
    assert world.same()

    # Entries are withdrawn and taken back, faces given to another person, a recogniser is replaced.
    change("update register_entry set is_closed = not is_closed, closed_as = case when is_closed then null else 'withdrawn' end "
           "where operation_id = :op and number in ('N-1', 'N-2')", **here)  # fmt: skip
    change("update face set model_digest = :other where operation_id = :op and quality > 0.8", other="2" * 64, **here)
    assert world.same()

    # Blocks that are missing, hold something else, or another's.
    gallery.blocks[next(key for key, block in gallery.blocks.items() if len(block))].parts[0].codes[0] ^= -1
    whole = [part for block in gallery.blocks.values() for part in block.parts]
    with bench.tools.db.read(bench.tools.service_id) as view:
        for _ in whole:
            gallery.fill(view.session)
    assert world.same()
    assert all(part.is_sound() for block in gallery.blocks.values() for part in block.parts)


def test_what_is_committed_late_is_found_and_a_gallery_that_is_too_large_asks_the_rows(bench: Bench) -> None:
    world = World(bench, 7, persons=6)
    person, late = world.lay_person(), {"op": bench.operation.id}
    vector = np.eye(DIMENSION, dtype=np.float32)[9]
    give = text(
        "update face set embedding = cast(:vector as halfvec), quality_word = 'good', model_digest = :digest "
        "where id = (select id from face where person_id = :person order by embedding limit 1) returning id"
    )
    values = {"vector": str(vector.tolist()), "digest": world.pack.recogniser_sha256}

    def found(gallery: Gallery) -> set[UUID]:
        with bench.tools.db.read(bench.tools.service_id) as view:
            gallery.fill(view.session)
            return gallery.faces_like(view.session, [Probe(vector)], 0.9, of_registers=False)[0]

    gallery = world.gallery()
    with bench.operation.owner.connect() as early:
        first = early.execute(give, values | {"person": world.persons[0]}).scalar_one()
        with bench.operation.owner.begin() as other:
            second = other.execute(give, values | {"person": person}).scalar_one()
        assert found(gallery) == {second}  # it began later, and is committed earlier
        assert found(gallery) == {second}
        early.commit()
    assert found(gallery) == {first, second}
    held = sum(map(len, gallery.blocks.values()))
    assert found(gallery) == {first, second}
    assert sum(map(len, gallery.blocks.values())) == held  # nothing is there twice

    # Of several galleries, the one that was not asked for longest makes room.
    for most_bytes, stays in ((1 << 30, True), (gallery.size_bytes, False)):
        assert found(Gallery(bench.operation.id, world.pack.recogniser_sha256, most_bytes)) == {first, second}
        assert (world.gallery() is gallery) is stays
    gallery = world.gallery()
    assert found(gallery) == {first, second}

    small = Gallery(bench.operation.id, world.pack.recogniser_sha256, most_bytes=1000)
    assert found(small) == {first, second}
    assert (small.is_too_large, small.blocks) == (True, {})
    bench.operation.change("update face set embedding = null where operation_id = :op", **late)
    assert found(gallery) == found(small) == set()
    assert not any(len(block) for block in gallery.blocks.values())

    let_go()
    assert world.gallery() is gallery
    let_go(lambda: gallery.used_at + REST_S + 1)
    assert world.gallery() is not gallery


# --- Batches ----------------------------------------------------------------------------------------------------------


looks: list[int] = []
"""How many jobs were looked for together, each time."""


def counted(tools: WorkerTools, batch: Sequence[Taken]) -> None:
    looks.append(len(batch))
    look_ahead(tools, batch)


def broken(tools: WorkerTools, batch: Sequence[Taken]) -> None:
    raise ValueError("because of one of them")


def waiting(bench: Bench) -> list[tuple[str, int]]:
    rows = bench.rows("select state, attempt from job where operation_id = :operation and kind = 'match_person'")
    return sorted((row.state, row.attempt) for row in rows)


def ask_for(bench: Bench, persons: list[UUID]) -> None:
    bench.operation.change("update job set state = 'done' where state <> 'done'")
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want_all(tx, "match_person", persons, bench.operation.id)


def first(bench: Bench) -> Taken:
    with bench.tools.db.write(bench.tools.service_id) as tx:
        job = jobs.take(tx, ["match_person"])
    assert job is not None
    return job


def leads(bench: Bench) -> set[tuple[Any, ...]]:
    rows = bench.rows("select pair_key, rank, score, stage from lead where operation_id = :operation")
    return {tuple(row) for row in rows}


def test_a_batch_opens_the_leads_that_its_jobs_would_and_one_that_fails_takes_none_along(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(bench, 11, persons=14)
    looks.clear()
    monkeypatch.setattr(drain, "MOST_TOGETHER", 8)
    monkeypatch.setitem(drain.TOGETHER, "match_person", f"{__name__}:counted")
    drain.equip(bench.tools)
    ask_for(bench, world.persons)

    drain.drain("test")

    assert looks == [8, 6]
    assert waiting(bench) == [("done", 1)] * 14
    together = leads(bench)
    assert together
    assert not bench.tools.ahead

    # Told to end, a worker finishes its step and gives the rest back as it was.
    ask_for(bench, world.persons)
    asked = iter([True, True, False])
    assert drain.work_off(bench.tools, first(bench), lambda: next(asked, False)) is None
    assert waiting(bench).count(("done", 1)) == 2
    assert waiting(bench).count(("waiting", 0)) == 12

    # What fails for all fails for none: each is done alone.
    monkeypatch.setitem(drain.TOGETHER, "match_person", f"{__name__}:broken")
    drain.drain("test")
    assert waiting(bench) == [("done", 1)] * 14

    # Its worker was killed: the row is taken again, alone.
    monkeypatch.setitem(drain.TOGETHER, "match_person", f"{__name__}:counted")
    ask_for(bench, world.persons[:5])
    with bench.tools.db.write(bench.tools.service_id) as tx:
        job = jobs.take(tx, ["match_person"])
        assert job is not None
        assert len(jobs.take_alike(tx, job, 63)) == 4
    bench.operation.change(
        "update job set lease_until = now() where operation_id = :op and state = 'running'", op=bench.operation.id
    )
    looks.clear()
    drain.drain("test")
    assert looks == []
    assert {state for state, _ in waiting(bench)} == {"done"}
    assert leads(bench) == together
