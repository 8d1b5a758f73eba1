"""Nobody is missed in silence: whatever people do and in whichever order, every pair that stands on a short list has
its lead once the workers are done. What is expected is counted without Concord, with all products of all vectors."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from tests.leads.test_assessments import settle, sign
from tests.support.bench import Bench
from tests.workers.test_blocks import World
from workers.likely import BEST_FACES
from workers.matching import MEAN_COSINE, TOP, TOP_PERSONS
from workspace.commands.entries import close_entry, reopen_entry
from workspace.commands.persons import merge_persons, split_person, take_back_act
from workspace.commands.retention import state_retention
from workspace.errors import Conflict
from workspace.model import jobs
from workspace.rules.leads import pair_key

NEAR = 1e-3
"""Cosines that are so near each other, or to a threshold, are a tie: whoever computes in halves may see it the other
way round."""
FACES = """select f.person_id, f.register_entry_id as entry, f.compartment_id as lock, f.quality, f.id,
  cast(f.embedding as text) as vector, f.model_digest as model, f.quality_word as word from face f
  where f.operation_id = :operation"""
PERSONS = """select id, number, compartment_id as lock, cast(centroid as text) as mean, model_digest as model,
  face_count as faces from person where operation_id = :operation and merged_into is null order by number"""
ENTRIES = """select e.id, e.is_closed, r.retain_until as until, r.country, r.id as register from register_entry e
  join register r on r.id = e.register_id where e.operation_id = :operation order by r.name, e.number"""
Pairs = dict[tuple[UUID, UUID], float]


def numbers(text: str) -> Any:
    return np.array(json.loads(text), np.float64)


class Counted:
    """The short lists of an operation, counted from its rows."""

    def __init__(self, world: World) -> None:
        self.world, bench = world, world.bench
        pack = world.pack
        self.rejected = {
            bytes(row.key)
            for row in bench.rows(
                "select pair_key as key from lead where operation_id = :operation and stage = 'rejected'"
            )
        }
        of: dict[UUID, list[Any]] = defaultdict(list)
        for row in bench.rows(FACES):
            if row.vector and row.word != "poor" and row.model == pack.recogniser_sha256:
                of[row.person_id or row.entry].append(row)
        self.best = {
            each: np.stack([numbers(row.vector) for row in sorted(rows, key=lambda row: (-row.quality, row.id))])
            for each, rows in of.items()
        }
        self.persons = [row for row in bench.rows(PERSONS) if row.id in self.best]
        self.entries = [row for row in bench.rows(ENTRIES) if row.id in self.best]
        self.least = pack.lead_cosine

    def alike(self, one: UUID, other: UUID) -> float:
        mine, theirs = self.best[one][:BEST_FACES], self.best[other]
        return float((mine @ theirs.T).max())

    def listed(self, scores: dict[UUID, float], person: UUID, most: int) -> Iterator[UUID]:
        """Who stands on a person's short list whatever the ties."""
        left = {
            other: score
            for other, score in scores.items()
            if score >= self.least - NEAR and pair_key("same_face", str(person), str(other)) not in self.rejected
        }
        for other, score in left.items():
            ahead = sum(each > score - NEAR for each in left.values()) - 1
            if score > self.least + NEAR and ahead < most:
                yield other

    def expected(self) -> set[bytes]:
        today = datetime.now(UTC).date()
        found = set()
        standing = [row for row in self.entries if not row.is_closed and not (row.until and row.until < today)]
        for me in self.persons:
            for register in {row.register for row in standing}:
                of_entries = {row.id: self.alike(me.id, row.id) for row in standing if row.register == register}
                found |= {(me.id, other) for other in self.listed(of_entries, me.id, TOP)}
            of_persons = {
                row.id: float((self.best[me.id][:BEST_FACES] @ self.best[row.id][:BEST_FACES].T).max())
                for row in self.persons
                if row.lock != me.lock
                and me.model == row.model == self.world.pack.recogniser_sha256
                and numbers(me.mean) @ numbers(row.mean) > MEAN_COSINE + NEAR
            }
            found |= {(me.id, other) for other in self.listed(of_persons, me.id, TOP_PERSONS)}
        return {pair_key("same_face", str(one), str(other)) for one, other in found}


class Acts:
    """What people and workers do, each at random."""

    def __init__(self, world: World) -> None:
        self.world, self.bench = world, world.bench
        self.done: list[UUID] = []
        self.numbers = count(1)

    def _of_land(self, country: str, role: str = "country_lead") -> int:
        return self.bench.operation.person(country, role)

    def a_person_is_read(self) -> None:
        person = self.world.lay_person()
        with self.bench.tools.db.write(self.bench.tools.service_id) as tx:
            jobs.want(tx, "match_person", person, self.bench.operation.id)

    def a_register_comes(self) -> None:
        before = set(self.world.entries)
        place = self.world.chance.choice([("EC", "operation"), ("PE", "agency"), ("CL", "operation")])
        self.world.lay_register(place, None, name=f"More {next(self.numbers)}", entries=3)
        with self.bench.tools.db.write(self.bench.tools.service_id) as tx:
            jobs.want_all(tx, "match_entry", set(self.world.entries) - before, self.bench.operation.id)

    def an_entry_ends(self) -> None:
        row = self.world.chance.choice([row for row in self.bench.rows(ENTRIES) if not row.is_closed])
        with self.bench.app.write(self._of_land(row.country)) as tx:
            close_entry(tx, row.id, closed_as="withdrawn", reason="the family asked for it")

    def an_entry_is_taken_up_again(self) -> None:
        closed = [row for row in self.bench.rows(ENTRIES) if row.is_closed]
        if closed:
            row = self.world.chance.choice(closed)
            with self.bench.app.write(self._of_land(row.country)) as tx:
                reopen_entry(tx, row.id, reason="it was another child")

    def a_register_is_kept_longer(self) -> None:
        row = self.world.chance.choice(self.bench.rows(ENTRIES))
        until = datetime.now(UTC).date() + timedelta(days=9)
        with self.bench.app.write(self._of_land(row.country)) as tx:
            state_retention(tx, row.register, until=until)

    def a_retention_ends(self) -> None:
        row = self.world.chance.choice(self.bench.rows(ENTRIES))
        self.bench.operation.change("update register set retain_until = :day where id = :id",
                                    day=date(2020, 1, 1), id=row.register)  # fmt: skip

    def a_pair_is_rejected(self) -> None:
        leads = self.bench.rows(
            """select l.id from lead l where l.operation_id = :operation and l.stage = 'open' and not exists (
                 select 1 from compartment c where c.id = any (l.locks) and c.sharing <> 'operation')
               order by l.score desc, l.kind, l.number"""
        )
        if leads:
            lead = self.world.chance.choice(leads).id
            for country in ("EC", "PE"):
                sign(self.bench.operation, self.bench.app, lead, self.bench.operation.person(country), 5)
                settle(self.bench.operation)

    def two_persons_are_said_to_be_one(self) -> None:
        persons = self._own()
        if len(persons) > 1:
            one, other = self.world.chance.sample(persons, 2)
            with self.bench.app.write(self.bench.operation.person("EC")) as tx:
                self.done.append(merge_persons(tx, self.bench.operation.id, number=one.number, other=other.number))

    def faces_leave_a_person(self) -> None:
        persons = [row for row in self._own() if row.faces > 2]
        if persons:
            person = self.world.chance.choice(persons)
            faces = self.bench.rows("select id from face where person_id = :id order by quality, id", id=person.id)
            with self.bench.app.write(self.bench.operation.person("EC")) as tx:
                split_person(tx, self.bench.operation.id, person.number, [faces[0].id, faces[1].id])

    def it_is_taken_back(self) -> None:
        if self.done:
            with self.bench.app.write(self.bench.operation.person("EC")) as tx:
                take_back_act(tx, self.done.pop())

    def _own(self) -> list[Any]:
        lock = self.bench.operation.compartment("EC")
        return [row for row in self.bench.rows(PERSONS) if row.lock == lock and row.faces]

    def all(self) -> list[Callable[[], None]]:
        return [
            self.a_person_is_read,
            self.a_register_comes,
            self.an_entry_ends,
            self.an_entry_is_taken_up_again,
            self.a_register_is_kept_longer,
            self.a_retention_ends,
            self.a_pair_is_rejected,
            self.two_persons_are_said_to_be_one,
            self.faces_leave_a_person,
            self.it_is_taken_back,
        ]


@pytest.mark.parametrize("seed", range(2))
def test_every_pair_on_a_short_list_has_its_lead_whatever_was_done_before(bench: Bench, seed: int) -> None:
    world = World(bench, seed, persons=14, identities=4)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want_all(tx, "match_person", world.persons, bench.operation.id)
    bench.work()
    acts = Acts(world).all() * 2
    world.chance.shuffle(acts)

    for act in acts:
        with suppress(Conflict):  # what was said before forbids it
            act()
        if world.chance.random() < 0.6:
            bench.work()
    bench.work()

    expected = Counted(world).expected()
    leads = {bytes(row.key) for row in bench.rows("select pair_key as key from lead where operation_id = :operation")}
    assert len(expected) > 20
    assert expected - leads == set()
