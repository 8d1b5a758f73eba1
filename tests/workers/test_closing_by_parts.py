"""An exhibit of many files is closed part by part: nobody sees of it what they lose at any moment, others write between
two parts, and a killed worker leaves nothing half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.support.bench import Bench, alone, start_worker
from tests.support.closing import many_files
from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S, until
from workspace.commands.closing import AT_ONCE, begin_closing, fail_closing, follow_closing, move_part
from workspace.commands.discussion import comment_on_lead
from workspace.commands.exhibits import close_exhibit, open_exhibit
from workspace.commands.intake import receive_files
from workspace.commands.lines import Arrival
from workspace.errors import Conflict, NotFound
from workspace.exchange.verify_record import verify_record
from workspace.model import Exhibit, ExhibitChange, Face, LeadEvidence, MediaItem, Person, ReceivedFile, jobs
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.exhibits import exhibit_page
from workspace.queries.record import whole_record


class Scene:
    """Two shared exhibits of EC with a lead to PE each; one has many files, and a person of whom a face stays."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.leads = [operation.lead("EC", "PE"), operation.lead("EC", "PE")]
        with operation.workers.read(operation.service_id) as view:
            sides = [view.session.query(LeadEvidence).filter_by(lead_id=lead, side=1).one() for lead in self.leads]
            self.faces = [side.face_id for side in sides]
            self.persons = [side.person_id for side in sides]
            self.media = [side.media_item_id for side in sides]
            self.exhibits = [side.exhibit_id for side in sides]
            self.common = sides[0].compartment_id
        for exhibit, medium in zip(self.exhibits, self.media, strict=True):
            operation.change(
                "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, "
                "sha256) "
                "select operation_id, compartment_id, :exhibit, id, :path, 1, sha256 from media_item where id = "
                ":medium",
                exhibit=exhibit,
                medium=medium,
                path=f"{uuid4()}.jpg",
            )
        many_files(operation, self.exhibits[0])
        with database.write(operation.person("EC", "country_lead")) as tx:
            close_exhibit(tx, self.exhibits[0], ground="court", reason="the court ordered it")
        with operation.workers.read(operation.service_id) as view:
            self.change = (
                view.session.query(ExhibitChange).filter_by(exhibit_id=self.exhibits[0], ground="court").one().id
            )

    def parts(self) -> Iterator[str]:
        """Close it, stopping between two writes."""
        with self.operation.workers.write(self.operation.service_id) as tx:
            has_more = begin_closing(tx, self.change)
        assert has_more
        while has_more:
            yield "under way"
            with self.operation.workers.write(self.operation.service_id) as tx:
                has_more = move_part(tx, self.change)
        with self.operation.workers.write(self.operation.service_id) as tx:
            follow_closing(tx, self.change)
        yield "done"

    def seen(self, person: int) -> tuple[tuple[int, int, int, int], ...]:
        """Of each of the two exhibits: files, media, faces and persons that this person sees."""
        with self.database.read(person) as view:
            return tuple(
                (
                    view.session.query(ReceivedFile).filter_by(exhibit_id=self.exhibits[n]).count(),
                    view.session.query(MediaItem).filter_by(id=self.media[n]).count(),
                    view.session.query(Face).filter_by(id=self.faces[n]).count(),
                    view.session.query(Person).filter_by(id=self.persons[n]).count(),
                )
                for n in range(2)
            )

    def countries(self, person: int) -> list[list[str | None]]:
        """The countries of the sides of each card that this person sees."""
        with self.database.read(person) as view:
            return [
                [side.country for side in card.sides] for card in board_changes(view.session, self.operation.id).cards
            ]


@pytest.fixture
def scene(operation: TestOperation, database: Database) -> Scene:
    return Scene(operation, database)


def test_at_every_moment_others_see_nothing_of_it_and_its_owner_sees_all(
    scene: Scene, operation: TestOperation
) -> None:
    owner, others = operation.person("EC"), [operation.person("PE"), operation.person("CL")]
    files = AT_ONCE + 2
    all_of_it = ((files, 1, 1, 1), (1, 1, 1, 1))
    assert [scene.seen(person) for person in (owner, *others)] == [all_of_it] * 3
    keys = {person: _keys(scene, person) for person in others}

    moments = 0
    for moment in scene.parts():
        moments += 1
        assert scene.seen(owner) == all_of_it
        left = (0, 0, 0, 0) if moment == "under way" else (1, 1, 1, 1)
        for person in others:
            assert scene.seen(person) == ((0, 0, 0, 0), left)
            assert _keys(scene, person) != keys[person]  # each screen takes a fresh snapshot
        shown = [[None, "PE"], [None, "PE"]] if moment == "under way" else [[None, "PE"], ["EC", "PE"]]
        assert sorted(scene.countries(others[0]), key=str, reverse=True) == sorted(shown, key=str, reverse=True)

    assert moments > 5  # files three times, persons, leads, lines
    with operation.workers.read(operation.service_id) as view:
        own = view.session.get_one(Exhibit, scene.exhibits[0]).compartment_id
        assert (
            view.session.execute(
                text("select count(*) from received_file where exhibit_id = :x and compartment_id <> :own"),
                {"x": scene.exhibits[0], "own": own},
            ).scalar_one()
            == 0
        )
    with scene.database.read(operation.person("EC", "observer")) as view:
        lines = [line.exported() for line in whole_record(view.session, operation.id)]
    assert verify_record(lines).faults == []
    kinds = operation.kinds()
    assert [kinds.count(kind) for kind in ("exhibit:closing_began", "lead:locked", "exhibit:closed")] == [1, 1, 1]


def test_its_page_tells_the_owner_how_many_files_have_moved(scene: Scene, operation: TestOperation) -> None:
    told = []
    for _ in scene.parts():
        with scene.database.read(operation.person("EC")) as view:
            page = exhibit_page(view.session, scene.exhibits[0])
        told.append((page.is_closing, page.moved, page.moving))
        for person in (operation.person("PE"), operation.person("EC", "observer")):
            with scene.database.read(person) as view, pytest.raises(NotFound):
                exhibit_page(view.session, scene.exhibits[0])

    files = AT_ONCE + 2
    assert told[0] == (True, 0, files)
    assert (True, files, files) in told
    assert told[-1] == (False, None, None)
    assert [each[1] for each in told[:-1]] == sorted(each[1] or 0 for each in told[:-1])


def test_between_two_parts_people_write_and_what_they_write_moves_with_its_lead(
    scene: Scene, operation: TestOperation
) -> None:
    for number, moment in enumerate(scene.parts()):
        if moment == "under way":
            for lead in scene.leads:
                with scene.database.write(operation.person("EC")) as tx:
                    comment_on_lead(tx, lead, body=f"ours {number}", language="en")

    with operation.workers.read(operation.service_id) as view:
        own = view.session.get_one(Exhibit, scene.exhibits[0]).compartment_id
        where = view.session.execute(
            text("select lead_id, array_agg(distinct locks) from comment where operation_id = :op group by 1"),
            {"op": operation.id},
        ).all()
        left = view.session.execute(
            text("select count(*) from event where lead_id = :lead and :lock = any (locks)"),
            {"lead": scene.leads[0], "lock": scene.common},
        ).scalar_one()
    assert {row[0]: row[1] for row in where} == {scene.leads[0]: [[own]], scene.leads[1]: [[scene.common]]}
    assert left == 0


def test_while_parts_move_it_takes_no_file_is_not_opened_and_other_work_for_the_operation_waits(
    scene: Scene, operation: TestOperation
) -> None:
    with operation.workers.write(operation.service_id) as tx:
        jobs.want(tx, "match_media", scene.media[1], operation.id)
    operation.change(
        "update job set state = 'done' where operation_id <> :op and state in ('waiting', 'running')", op=operation.id
    )

    def taken() -> str | None:
        with operation.workers.write(operation.service_id) as tx:
            job = jobs.take(tx, ["match_media"])
            if job:
                jobs.give_back(tx, [job])
            return job.kind if job else None

    assert taken() == "match_media"
    for moment in scene.parts():
        assert taken() == (None if moment == "under way" else "match_media")
        if moment == "done":
            break
        with pytest.raises(Conflict), scene.database.write(operation.person("EC", "country_lead")) as tx:
            open_exhibit(tx, scene.exhibits[0], reason="opened again")
        with pytest.raises(Conflict), scene.database.write(operation.person("EC", "analyst")) as tx:
            receive_files(tx, scene.exhibits[0], [Arrival("late.jpg", 1, refusal="kind_not_supported")])


def test_what_has_begun_to_move_stays_closed_when_every_attempt_fails_and_is_gone_on_with(
    scene: Scene, operation: TestOperation
) -> None:
    parts = scene.parts()
    assert next(parts) == next(parts) == "under way"

    with operation.workers.write(operation.service_id) as tx:
        fail_closing(tx, scene.change)

    assert scene.seen(operation.person("PE"))[0] == (0, 0, 0, 0)
    assert "exhibit:closing_failed" not in operation.kinds()
    with operation.workers.read(operation.service_id) as view:
        state = view.session.execute(
            text("select state from job where kind = 'close_exhibit' and subject_id = :change"),
            {"change": scene.change},
        ).scalar_one()
    assert state == "waiting"


@pytest.mark.timeout(600)
def test_a_worker_killed_between_two_parts_leaves_it_hidden_and_another_one_ends_it(
    scene: Scene, operation: TestOperation, bench: Bench, servers: object
) -> None:
    alone(bench)  # a worker does not start where the media that wait have another key
    many_files(operation, scene.exhibits[0], 5_000)
    worker = start_worker(bench, servers)

    def moved() -> int:
        (row,) = bench.rows(
            "select count(*) as n from received_file f join closing c using (exhibit_id) "
            "where c.operation_id = :operation and f.compartment_id = c.lock_id"
        )
        return int(row.n)

    try:
        until(lambda: moved() > 0, 200)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    half = moved()
    assert 0 < half < 5_000

    assert scene.seen(operation.person("PE")) == ((0, 0, 0, 0), (0, 0, 0, 0))
    operation.change(
        "update job set lease_until = now() where operation_id = :op and state = 'running'", op=operation.id
    )
    second = start_worker(bench, servers)
    try:
        until(lambda: "exhibit:closed" in operation.kinds(), 300)
    finally:
        second.terminate()
        second.wait(LIMIT_S)
    assert scene.seen(operation.person("PE")) == ((0, 0, 0, 0), (1, 1, 1, 1))
    assert operation.kinds().count("exhibit:closed") == operation.kinds().count("exhibit:closing_began") == 1


def _keys(scene: Scene, person: int) -> str:
    with scene.database.read(person) as view:
        return board_changes(view.session, scene.operation.id).keys
