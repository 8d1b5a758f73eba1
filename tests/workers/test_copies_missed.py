"""No copy is missed in silence: whatever was decided before about two devices, what else they have in common has its
lead, or waits behind one that is open, photos and the videos that show them too. What is expected is counted without
Concord, with all hashes against all."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy.orm import Session

from tests.leads.test_assessments import settle
from tests.support.bench import Bench
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.opinions import look
from workers import near
from workspace.commands.assessments import assess_lead
from workspace.commands.claims import claim_lead
from workspace.commands.devices import OF_DEVICES
from workspace.commands.stages import close_lead, park_lead
from workspace.model import MediaItem, VideoFrame, jobs

COUNTRIES = ("EC", "PE", "CL")
LEADS = """select l.id, l.number, l.kind, l.stage, array_agg(e.country order by e.side) as countries,
  array_agg(e.exhibit_id order by e.side) as exhibits, array_agg(e.media_item_id order by e.side) as media
  from lead l join lead_evidence e on e.lead_id = l.id where l.operation_id = :operation
  group by l.id order by l.number"""
BARS = ("open", "assessed", "verified")

Hashes = npt.NDArray[np.uint8]


class World:
    """Devices of three countries with media that are hashes alone; of many contents there are several near copies, and
    videos that show some of them."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench, self.chance = bench, random.Random(seed)
        self.contents = np.random.default_rng(seed).integers(0, 256, (14, 32), np.uint8)
        self.exhibits = [
            (country, lay_exhibit(bench.operation, country, f"{country}-{n}")) for country in COUNTRIES for n in (1, 2)
        ]
        self.media: dict[UUID, tuple[str, UUID, Hashes, str]] = {}

    def bring(self, count: int) -> None:
        for _ in range(count):
            (country, exhibit), content = self.chance.choice(self.exhibits), self.chance.randrange(len(self.contents))
            if self.chance.random() < 0.25:
                self.lay_video(country, exhibit, content)
                continue
            copy = self.chance.randrange(4)  # of equal number: the same file
            pdq = self.contents[content].copy()
            pdq[copy * 3 : copy * 3 + 2] ^= np.uint8(0b11)
            name = f"{self.bench.operation.mark} {content} {copy}"
            if not any(file == name and land == country for land, _, _, file in self.media.values()):
                self.lay(country, exhibit, pdq, name)

    def lay(
        self, country: str, exhibit: UUID, pdq: Hashes, name: str, *, rows: Sequence[dict[str, Any]] = (), **more: Any
    ) -> UUID:
        hashes: dict[str, Any] = (
            {} if rows else {"pdq": pdq.tobytes(), "pdq_turned": [], "pdq_inner": [], "pdq_quality": 100}
        )
        medium = lay_medium(self.bench.operation, exhibit, content=name, **hashes, **more)
        with Session(self.bench.operation.owner) as session:
            lock = session.get_one(MediaItem, medium).compartment_id
            own = {"media_item_id": medium, "operation_id": self.bench.operation.id, "compartment_id": lock}
            session.add_all(VideoFrame(**own, **row) for row in rows)
            session.commit()
        self.media[medium] = (country, exhibit, pdq, name)
        with self.bench.tools.db.write(self.bench.tools.service_id) as tx:
            jobs.want(tx, "match_media", medium, self.bench.operation.id)
        return medium

    def lay_video(self, country: str, exhibit: UUID, content: int) -> None:
        """Of its five frames two show what there are photos of."""
        frames = np.random.default_rng([9, content]).integers(0, 256, (5, 32), np.uint8)
        frames[1], frames[3] = self.contents[content], self.contents[content - 1]
        frames[:, 30] ^= np.uint8(0b111)
        name = f"{self.bench.operation.mark} video {content}"
        if any(file == name and land == country for land, _, _, file in self.media.values()):
            return
        facts = {"kind": "video", "media_type": "video/mp4", "frames_hashed_in": 1}
        self.lay(country, exhibit, frames, name, rows=self._rows(frames), **facts)

    def _rows(self, frames: Hashes) -> list[dict[str, Any]]:
        turned = np.random.default_rng(8).integers(0, 256, (len(frames), 7 * 32), np.uint8)
        return [
            {"ordinal": n, "at_ms": 1000 * n, "pdq": pdq.tobytes(), "turned": turned[n].tobytes()}
            for n, pdq in enumerate(frames)
        ]

    def work(self) -> None:
        near._photos.clear()  # rows without an event, as after a start
        near._videos.clear()
        self.bench.work()

    def leads(self) -> list[Any]:
        return self.bench.rows(LEADS)

    def decide(self, opinion: int, lead: Any = None) -> None:
        operation = self.bench.operation
        open_leads = [each for each in self.leads() if each.stage == "open"]
        if lead is None and not open_leads:
            return
        lead = lead or self.chance.choice(open_leads)
        for country in lead.countries[:2]:
            person = operation.person(country)
            look(operation.workers, lead.id, person)
            with self.bench.app.write(person) as tx:
                token = claim_lead(tx, lead.id)
            with self.bench.app.write(person) as tx:
                assess_lead(tx, lead.id, token=token, opinion=opinion, reason="looked at both")
            settle(operation)

    def set_aside(self, *, then_closed: bool) -> None:
        open_leads = [each for each in self.leads() if each.stage == "open"]
        if open_leads:
            lead = self.chance.choice(open_leads)
            with self.bench.app.write(self.bench.operation.person(lead.countries[0])) as tx:
                park_lead(tx, lead.id, reason="nothing can be seen")
            if then_closed:
                with self.bench.app.write(self.bench.operation.person(lead.countries[0], "country_lead")) as tx:
                    close_lead(tx, lead.id, reason="nothing can be seen")

    def alike(self, one: UUID, other: UUID) -> bool:
        """Whether they are copies as wholes: videos only where they are the same file, since none shares more than two
        frames of five with another."""
        first, second = self.media[one], self.media[other]
        if first[2].ndim + second[2].ndim > 2:
            return first[3] == second[3]
        return int(np.bitwise_count(first[2] ^ second[2]).sum()) <= 31

    def is_still(self, one: UUID, other: UUID) -> bool:
        """Whether one is a photo of which the other, a video, shows a frame."""
        first, second = self.media[one][2], self.media[other][2]
        if first.ndim == second.ndim:
            return False
        return int(np.bitwise_count(first ^ second).sum(axis=1).min()) <= 31

    def missed(self) -> Iterator[tuple[str, str]]:
        """Pairs of copies with no lead about their content, and none that is open between their devices."""
        leads = self.leads()
        for one, other in combinations(self.media, 2):
            (land, exhibit, _, file), (land_too, exhibit_too, _, file_too) = self.media[one], self.media[other]
            is_still = self.is_still(one, other)
            if land == land_too or not (is_still or self.alike(one, other)):
                continue
            kind = "same_file" if file == file_too else "near_copy"
            told = any(
                {land, land_too} <= set(lead.countries)
                and (len({self.media[each][2].ndim for each in lead.media}) > 1) == is_still
                and any(
                    self.alike(mine, each) or self.is_still(mine, each) for each in lead.media for mine in (one, other)
                )
                for lead in leads
            )
            waits = any(
                lead.stage in BARS and lead.kind == kind and {exhibit, exhibit_too} <= set(lead.exhibits)
                for lead in leads
            )
            if not told and not waits:
                yield file, file_too

    def judged_twice(self) -> Iterator[tuple[int, int]]:
        """Leads about what was rejected before: each of two sides shows the same as its country's there."""
        for first, later in combinations(self.leads(), 2):
            before, after = (dict(zip(lead.countries, lead.media, strict=True)) for lead in (first, later))
            same = [land for land in before.keys() & after.keys() if self.alike(before[land], after[land])]
            if first.stage == "rejected" and len(same) > 1:
                yield first.number, later.number


def test_every_copy_abroad_has_its_lead_or_waits_behind_an_open_one_whatever_was_decided(bench: Bench) -> None:
    world = World(bench, 1)
    world.bring(34)
    world.work()
    acts: list[Callable[[], None]] = [
        *[lambda: world.bring(5)] * 4,
        *[lambda: world.decide(5)] * 6,
        lambda: world.decide(1),
        lambda: world.set_aside(then_closed=False),
        lambda: world.set_aside(then_closed=True),
    ]
    world.chance.shuffle(acts)

    for act in acts:
        act()
        if world.chance.random() < 0.7:
            world.work()
    world.work()

    leads = world.leads()
    assert list(world.missed()) == []
    assert any(lead.stage == "rejected" for lead in leads)
    undecided = [lead for lead in leads if lead.stage in ("open", "assessed")]
    assert max(Counter((lead.kind, frozenset(lead.exhibits[:2])) for lead in undecided).values()) == 1
    assert list(world.judged_twice()) == []
    kinds = [{world.media[each][2].ndim for each in lead.media} for lead in leads]
    assert {1, 2} in kinds


def test_a_rejection_speaks_of_the_two_that_were_judged_and_of_what_shows_the_same(bench: Bench) -> None:
    world = World(bench, 7)
    (_, mine), (_, theirs) = world.exhibits[0], world.exhibits[2]
    judged, other = world.contents[0].copy(), world.contents[0].copy()
    judged[:8] ^= np.uint8(0b111)  # 24 bits from what lies abroad,
    other[16:24] ^= np.uint8(0b111)  # and this one 24 other bits: 48 from the first
    first = world.lay("EC", mine, judged, f"{bench.operation.mark} judged")
    abroad = world.lay("PE", theirs, world.contents[0], f"{bench.operation.mark} abroad")
    world.work()
    world.decide(5)
    same = judged.copy()
    same[9] ^= np.uint8(1)
    world.lay("EC", mine, same, f"{bench.operation.mark} judged again")
    world.work()
    assert [(lead.stage, set(lead.media)) for lead in world.leads()] == [("rejected", {first, abroad})]

    later = world.lay("EC", mine, other, f"{bench.operation.mark} other")
    world.work()

    leads = world.leads()
    assert [(lead.stage, set(lead.media)) for lead in leads[1:]] == [("open", {later, abroad})]
    world.decide(5)
    for medium in (first, abroad, later):
        with bench.tools.db.write(bench.tools.service_id) as tx:
            jobs.want(tx, "match_media", medium, bench.operation.id)
    world.work()
    assert [lead.stage for lead in world.leads()] == ["rejected", "rejected"]


@pytest.mark.parametrize("kind", OF_DEVICES)
def test_what_waited_behind_a_rejected_lead_of_two_devices_comes_then_and_what_was_rejected_never(
    bench: Bench, kind: str
) -> None:
    world = World(bench, 3)
    (_, mine), (_, theirs) = world.exhibits[0], world.exhibits[2]
    for n in range(2):
        for country, exhibit, other in (("EC", mine, 0), ("PE", theirs, 0 if kind == "same_file" else 1)):
            pdq = world.contents[2 * n + other if kind == "document_id" else n].copy()
            pdq[0] ^= np.uint8(other)
            document: dict[str, Any] = {"document_key": f"document {n}"} if kind == "document_id" else {}
            world.lay(country, exhibit, pdq, f"{bench.operation.mark} {n} {other}", **document)
    world.work()
    (first,) = world.leads()
    assert first.kind == kind

    world.decide(5)
    world.work()

    assert [lead.stage for lead in world.leads()] == ["rejected", "open"]
    assert not set(first.media) & set(world.leads()[1].media)
    world.decide(5)
    world.work()
    assert [lead.stage for lead in world.leads()] == ["rejected", "rejected"]
