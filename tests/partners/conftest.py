"""A web process of an exercise, and partners who play seats of the test's own operation through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest

from partners.line import Line
from partners.play import LOOK_EVERY_S, Players, by_link
from partners.roles import examiner
from partners.roles.table import ROLES
from partners.week import Play, open_week
from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from tests.support.servers import Web, environment, web_processes
from workspace.commands.assessments import settle_assessments
from workspace.commands.claims import end_leases
from workspace.commands.discussion import note_presence
from workspace.commands.exercise import begin_exercise, write_truth
from workspace.commands.people import ensure_service_users
from workspace.model.database import Database
from workspace.store.exercise_secret import new_secret


@pytest.fixture(scope="module")
def web(servers: Any, workers_database: Database) -> Iterator[Web]:
    ensure_service_users(workers_database)
    new_secret(servers.home)
    base = environment(servers.urls, servers.redis_url, servers.media_url, servers.home, CONCORD_PROFILE="exercise")
    with web_processes(1, base, is_forked=True) as found:
        yield found[0]


LAPSE = 600
"""How much faster than true time partners act here; ten times as fast as where a person looks on."""
LOOKS_A_SECOND = 5
MOST_LOOKS = 60 * LOOKS_A_SECOND


@dataclass
class ShortWeek:
    """The test's operation as an exercise that partners play in time-lapse, with the test in the place of
    housekeeping."""

    operation: TestOperation
    steps: ReferralSteps
    web: Web
    home: Path

    def lead(self, *, shows_one_person: bool = True, first: str = "EC", second: str = "PE") -> UUID:
        """A lead with pictures, of which the truth is known."""
        lead = self.operation.lead(first, second)
        self.steps.pictures(lead)
        self.operation.change(
            """insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes,
                sha256)
               select m.operation_id, m.compartment_id, e.exhibit_id, m.id, 'DCIM/' || e.side || '.jpg', 1, m.sha256
               from lead_evidence e join media_item m on m.id = e.media_item_id where e.lead_id = :lead""",
            lead=lead,
        )
        self.operation.change(
            """insert into exercise_shown (operation_id, exhibit_label, device_path, identity)
               select e.operation_id, x.label, 'DCIM/' || e.side || '.jpg', case when :same or e.side = 1 then 'P-01'
               else 'P-02' end
               from lead_evidence e join exhibit x on x.id = e.exhibit_id where e.lead_id = :lead""",
            lead=lead,
            same=shows_one_person,
        )
        return lead

    def begin(self, *partners: int, seed: int = 2611) -> None:
        """Have these seats played by partners, at the fastest pace."""
        with self.operation.workers.write(self.operation.service_id) as tx:
            begin_exercise(tx, self.operation.id, seed=seed, scenario="lantern", partners=partners)
            write_truth(tx, self.operation.id, lives_in={"P-01": "EC", "P-02": "PE"}, shown=[], entries={})
        self.operation.change("update exercise set pace = 60 where operation_id = :id", id=self.operation.id)
        # What a partner forgets is free again soon.
        self.operation.change("update operation set lease_s = 10 where id = :id", id=self.operation.id)

    def stay_at(self, lead: UUID, person: int, database: Database) -> None:
        """Have a person open a lead, and not be gone however slowly this machine plays."""
        with database.write(person) as tx:
            note_presence(tx, lead, mode="viewing")
        self.operation.change(
            "update presence set seen_at = now() + interval '1 hour' where lead_id = :lead", lead=lead
        )

    def settle(self) -> None:
        """Let the ten seconds in which an opinion can be taken back be over, and settle it; end claims that have run
        out."""
        self.operation.change(
            "update assessment set signed_at = signed_at - interval '11 seconds' where operation_id = :id and "
            "settled_at is null",
            id=self.operation.id,
        )
        with self.operation.workers.write(self.operation.service_id) as tx:
            settle_assessments(tx)
            end_leases(tx)

    def players(self, *, in_time_lapse: bool = True) -> Players:
        week = open_week(
            self.operation.workers, self.operation.service_id, self.operation.id, in_time_lapse=in_time_lapse
        )
        line, look_every_s = Line(self.web.url, self.operation.id), LOOK_EVERY_S
        if in_time_lapse:
            week.lapse, look_every_s = LAPSE, 1 / LOOKS_A_SECOND
        return Players(week, ROLES, by_link(self.web.url, self.home), line, look_every_s=look_every_s)

    def play(
        self,
        until: Callable[[], bool],
        *,
        players: Players | None = None,
        most_looks: int = MOST_LOOKS,
        closing: bool = True,
    ) -> None:
        """Play until something is so; what is signed settles at each look at the exercise. closing: the players leave
        afterwards."""
        looks = 0

        def enough(_play: Play) -> bool:
            nonlocal looks
            self.settle()
            looks += 1
            assert looks < most_looks, f"not so after {most_looks} looks: {self.operation.kinds()}"
            return until()

        playing = players or self.players()
        try:
            playing.play(Event(), until=enough)
        finally:
            if closing:
                playing.close()


@pytest.fixture
def week(
    operation: TestOperation, steps: ReferralSteps, web: Web, servers: Any, monkeypatch: pytest.MonkeyPatch
) -> ShortWeek:
    # A few leads are too few for what partners do now and then: all of them could be set aside.
    monkeypatch.setattr(examiner, "SHARE_PARK", 0.0)
    return ShortWeek(operation, steps, web, servers.home)
