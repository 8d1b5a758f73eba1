"""Jobs: rows are the truth, wake-ups may be lost, workers may die; effects are written once."""

from __future__ import annotations

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.bench import Bench, alone, start_worker
from tests.support.waiting import LIMIT_S, until
from tests.support.work_material import Material
from workers import drain
from workers.housekeeping import do_due_duties, do_rare_duties
from workers.tools import Effects, WorkerTools, require_ready
from workspace import events
from workspace.commands.lines import want_read
from workspace.commands.steps import have_read_again
from workspace.errors import Conflict, Invalid, Unavailable
from workspace.model import jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.store.keys import load_or_create_master
from workspace.store.objects import open_store


def want(bench: Bench, subject_id: UUID | None = None, kind: str = "match_entry") -> UUID:
    found = subject_id or uuid4()
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want(tx, kind, found, bench.operation.id)
    return found


def take(bench: Bench) -> Taken | None:
    """Take a job of this test: those of others are put away."""
    bench.operation.change(
        "update job set state = 'done' where operation_id <> :id and state <> 'done'", id=bench.operation.id
    )
    with bench.tools.db.write(bench.tools.service_id) as tx:
        return jobs.take(tx, ["match_entry"])


def state(bench: Bench, subject_id: UUID) -> tuple[str, int, str | None]:
    row = bench.one("select state, attempt, failure from job where subject_id = :id", id=subject_id)
    return row.state, row.attempt, row.failure


def test_of_many_takers_each_gets_another_job(bench: Bench) -> None:
    subjects = {want(bench) for _ in range(12)}
    take_one = lambda _n: take(bench)  # noqa: E731 - one line says it

    with ThreadPoolExecutor(6) as pool:
        taken = [job for job in pool.map(take_one, range(16)) if job]

    assert sorted(job.subject_id for job in taken) == sorted(subjects)
    assert {job.attempt for job in taken} == {1}


def test_the_many_files_of_one_agency_leave_turns_to_the_few_of_another(bench: Bench) -> None:
    operation, db, service = bench.operation, bench.tools.db, bench.tools.service_id
    locks = {country: operation.compartment(country) for country in ("EC", "PE")}

    def bring(country: str, count: int, kind: str = "photo") -> list[UUID]:
        fresh = {uuid4(): kind for _ in range(count)}
        with db.write(service) as tx:
            want_read(tx, operation.id, locks[country], fresh)
        return list(fresh)

    def order() -> list[UUID]:
        with db.read(service) as view:
            rows = view.session.scalars(
                text(
                    "select subject_id from job where kind = 'read_media' and operation_id = :id and state = 'waiting' "
                    "order by priority, created_at"
                ),
                {"id": operation.id},
            )
            return list(rows)

    operation.change("update job set state = 'done' where kind = 'read_media'")
    many = [each for _ in range(3) for each in bring("EC", 2 * jobs.TURN)]
    few, [video] = bring("PE", 2), bring("PE", 1, "video")
    queue = order()
    assert max(map(queue.index, few)) <= jobs.TURN + 1
    assert queue.index(video) <= 2 * jobs.TURN + 2
    assert set(queue[-jobs.TURN :]) <= set(many)

    # Two thirds of it are read: whoever comes then begins with what is read now, not before all that waits.
    operation.change(
        "update job set state = 'done' where kind = 'read_media' and subject_id = any (:done)",
        done=queue[: 4 * jobs.TURN],
    )
    [new] = bring("PE", 1)
    assert order().index(new) <= jobs.TURN

    # Nothing waits: all begin anew.
    operation.change("update job set state = 'done' where kind = 'read_media'")
    [first] = bring("EC", 1)
    assert bench.one("select priority from job where subject_id = :id", id=first).priority == jobs.PRIORITY


def test_the_more_urgent_is_taken_first(bench: Bench) -> None:
    late, early = uuid4(), uuid4()
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want(tx, "match_entry", late, bench.operation.id, priority=6)
        jobs.want(tx, "match_entry", early, bench.operation.id, priority=4)

    first = take(bench)

    assert first is not None
    assert first.subject_id == early


def test_a_job_says_whether_others_wait_that_are_done_together_with_it(bench: Bench) -> None:
    for _ in range(2):
        want(bench)

    first, last = take(bench), take(bench)

    assert first is not None
    assert last is not None
    assert (first.has_alike, last.has_alike) == (True, False)


def test_a_worker_that_lost_its_job_writes_nothing(bench: Bench) -> None:
    subject = want(bench)
    slow = take(bench)
    assert slow is not None
    bench.operation.change("update job set lease_until = now() where subject_id = :id", id=subject)
    fast = take(bench)
    assert fast is not None

    def write_late() -> None:
        with bench.tools.db.write(bench.tools.service_id) as tx:
            jobs.want(tx, "match_entry", uuid4(), bench.operation.id)
            jobs.finish(tx, slow)

    with pytest.raises(Conflict):
        write_late()
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.finish(tx, fast)

    assert state(bench, subject) == ("done", 2, None)
    assert len(bench.rows("select 1 from job where operation_id = :operation")) == 1


def test_a_wish_for_a_running_job_is_done_anew(bench: Bench) -> None:
    subject = want(bench)
    running = take(bench)
    assert running is not None

    want(bench, subject)

    with pytest.raises(Conflict), bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.finish(tx, running)
    again = take(bench)
    assert again is not None
    assert again.subject_id == subject


def test_thousands_of_wishes_are_one_write_and_each_is_one_job(bench: Bench) -> None:
    subjects = [uuid4() for _ in range(7000)]

    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want_all(tx, "match_entry", [*subjects, *subjects[:10]], bench.operation.id)

    assert bench.one("select count(*) as n from job where operation_id = :operation").n == 7000
    bench.operation.change("update job set state = 'done' where operation_id = :id", id=bench.operation.id)


def test_a_person_s_wish_for_a_job_that_exists_changes_nothing(bench: Bench) -> None:
    subject = want(bench)
    bench.operation.change("update job set state = 'done' where subject_id = :id", id=subject)

    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        jobs.want(tx, "match_entry", subject, bench.operation.id)

    assert state(bench, subject)[0] == "done"


def test_an_unknown_kind_of_job_is_refused(bench: Bench) -> None:
    with pytest.raises(Invalid), bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want(tx, "unheard_of", uuid4(), bench.operation.id)


def fails(tools: WorkerTools, job: Taken) -> Effects:
    raise ValueError("the step failed")


def waits(tools: WorkerTools, job: Taken) -> Effects:
    raise Unavailable("the store does not answer", reason="store_unavailable")


def test_after_five_attempts_a_job_has_failed_with_its_reason_and_others_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(drain.WORKS, "match_entry", f"{__name__}:fails")
    subject = want(bench)

    for _ in range(jobs.MOST_ATTEMPTS):
        job = take(bench)
        assert job is not None
        with pytest.raises(ValueError, match="the step failed"):
            drain.work_off(bench.tools, job)
        bench.operation.change("update job set lease_until = null where subject_id = :id", id=subject)

    assert state(bench, subject) == ("failed", 5, "ValueError: the step failed")
    assert take(bench) is None
    other = want(bench)
    found = take(bench)
    assert found is not None
    assert found.subject_id == other

    # Nobody is told that an entry was not matched: after a while it is tried again.
    do_rare_duties(bench.tools.db, bench.tools.housekeeping_id)
    assert state(bench, subject)[0] == "failed"
    bench.operation.change("update job set done_at = now() - interval '16 minutes' where subject_id = :id", id=subject)
    do_rare_duties(bench.tools.db, bench.tools.housekeeping_id)
    assert state(bench, subject) == ("waiting", 0, None)
    bench.operation.change("update job set state = 'done' where operation_id = :id", id=bench.operation.id)


def test_a_part_that_does_not_answer_costs_no_attempt(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(drain.WORKS, "match_entry", f"{__name__}:waits")
    subject = want(bench)
    job = take(bench)
    assert job is not None

    drain.work_off(bench.tools, job)

    assert state(bench, subject) == ("waiting", 0, "Unavailable: the store does not answer")


def test_a_host_with_another_key_lets_media_wait_for_one_that_has_it(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    bench.bring("EC", material.landscape("key.jpg", seed=41))
    stranger = replace(bench.tools, key_file=tmp_path / "master.key", _keys={})
    load_or_create_master(stranger.key_file)

    for _ in range(jobs.MOST_ATTEMPTS + 1):
        drain.work_off(stranger, take_reading(bench))
    again_in = bench.one(
        "select extract(epoch from lease_until - clock_timestamp()) as s from job where operation_id = :operation"
    ).s
    bench.operation.change("update job set lease_until = null where operation_id = :id", id=bench.operation.id)
    bench.work()

    assert again_in > jobs.RETRY_S * 2
    assert bench.one("select state from media_item where operation_id = :operation").state == "read"


def test_a_host_that_lacks_something_leaves_the_queue_to_others_for_a_while(
    bench: Bench, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "REST_AT_MOST_S", 0.4)
    bench.bring("EC", material.landscape("rest.jpg", seed=46))
    stranger = replace(bench.tools, key_file=tmp_path / "master.key", _keys={})
    job = take_reading(bench)
    before = time.monotonic()

    drain.work_off(stranger, job, lambda: True)
    rested_s = time.monotonic() - before

    assert stranger.host_faults == 1
    assert rested_s >= 0.4


def test_a_host_without_key_file_makes_none(bench: Bench, material: Material, tmp_path: Path) -> None:
    bench.bring("EC", material.landscape("no-key.jpg", seed=42))
    stranger = replace(bench.tools, key_file=tmp_path / "master.key", _keys={})

    drain.work_off(stranger, take_reading(bench))

    assert not stranger.key_file.exists()
    assert "There is no master key file" in failure(bench)


def test_a_host_without_the_media_folder_or_with_a_bad_pack_costs_no_attempt(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    bench.bring("EC", material.landscape("elsewhere.jpg", seed=43))
    elsewhere = replace(bench.tools, store=open_store((tmp_path / "media").as_uri()))
    (tmp_path / "pack").mkdir()
    unpacked = replace(bench.tools, pack_dir=tmp_path / "pack")
    unpacked.__dict__["decoder"] = bench.tools.decoder

    drain.work_off(elsewhere, take_reading(bench))
    assert failure(bench) == "Unavailable: The medium is missing from the store."
    drain.work_off(unpacked, take_reading(bench))
    assert failure(bench).startswith("Unavailable: There is no face pack")

    assert bench.one("select attempt, state from job where operation_id = :operation") == (0, "waiting")
    assert bench.one("select state from media_item where operation_id = :operation").state == "waiting"


def test_a_host_with_a_bad_pack_gives_a_match_back_at_once(bench: Bench, tmp_path: Path) -> None:
    want(bench, kind="match_media")
    unpacked = replace(bench.tools, pack_dir=tmp_path)
    bench.operation.change(
        "update job set state = 'done' where operation_id <> :id and state <> 'done'", id=bench.operation.id
    )
    with bench.tools.db.write(bench.tools.service_id) as tx:
        job = jobs.take(tx, ["match_media"])
    assert job is not None
    since = time.monotonic()

    drain.work_off(unpacked, job)

    assert time.monotonic() - since < drain.PATIENCE_S / 4
    assert failure(bench).startswith("Unavailable: There is no face pack")


def test_a_worker_that_cannot_read_what_waits_ends_with_one_line(
    bench: Bench, material: Material, tmp_path: Path, servers: object
) -> None:
    alone(bench)
    stranger = replace(bench.tools, key_file=tmp_path / "master.key", pack_dir=tmp_path / "pack", _keys={})
    load_or_create_master(stranger.key_file)
    require_ready(stranger)
    bench.bring("EC", material.landscape("start.jpg", seed=44))

    with pytest.raises(Unavailable, match="There is no face pack"):
        require_ready(stranger)
    with pytest.raises(Unavailable, match="master key"):
        require_ready(replace(stranger, pack_dir=bench.tools.pack_dir))
    require_ready(bench.tools)
    worker = start_worker(replace(bench, tools=stranger), servers, stderr=subprocess.PIPE)
    _, said = worker.communicate(timeout=LIMIT_S)

    assert worker.returncode == 1
    assert len(said.splitlines()) == 1
    assert b"There is no face pack" in said


def test_content_that_comes_again_is_read_again_where_only_a_machine_refused_it(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.landscape("twice.jpg", seed=45), material.cut("headers.jpg", share=0.003))
    bench.work()
    bench.operation.change(
        "update media_item set state = 'refused', refusal = 'not_readable' where operation_id = :id and state = 'read'",
        id=bench.operation.id,
    )
    media = [row.id for row in bench.rows("select id from media_item where operation_id = :operation")]

    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        assert have_read_again(tx, media) == 1
    do_rare_duties(bench.tools.db, bench.tools.housekeeping_id)
    bench.work()

    states = bench.rows("select state, refusal from media_item where operation_id = :operation order by state")
    assert [tuple(row) for row in states] == [("read", None), ("refused", "truncated")]


def endless(tools: WorkerTools, job: Taken) -> Effects:
    with tools.db.read(tools.service_id) as view:
        view.session.execute(text("set statement_timeout = 50"))
        view.session.execute(text("select pg_sleep(5)"))
    return lambda tx: None


def too_big(tools: WorkerTools, job: Taken) -> Effects:
    def effects(tx: Tx) -> None:
        tx.session.execute(
            text("select " + ", ".join(["1"] * 2000))
        )  # more columns than a row may have: SQLSTATE 54011

    return effects


def stopped_at_the_record(tools: WorkerTools, job: Taken) -> Effects:
    def effects(tx: Tx) -> None:
        tx.session.execute(text("set local statement_timeout = 100"))
        tx.record(events.AccessEnded(events.Place(job.operation_id), grant=uuid4(), agency=1))

    return effects


def test_what_the_record_will_never_take_costs_attempts_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(drain.WORKS, "match_entry", f"{__name__}:stopped_at_the_record")
    subject = want(bench)
    job = take(bench)
    assert job is not None

    with bench.operation.workers.engine.begin() as other:
        other.execute(text("select act_as(:id)"), {"id": bench.tools.service_id})
        other.execute(
            text("select append_events(:id, '[]')"), {"id": bench.operation.id}
        )  # holds the head of the record
        with pytest.raises(Unavailable):
            drain.work_off(bench.tools, job)

    assert state(bench, subject)[:2] == ("waiting", 1)


@pytest.mark.parametrize("step", ["endless", "too_big"])
def test_what_the_database_will_never_do_costs_attempts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setitem(drain.WORKS, "match_entry", f"{__name__}:{step}")
    subject = want(bench)
    job = take(bench)
    assert job is not None

    with pytest.raises((Unavailable, Invalid)):
        drain.work_off(bench.tools, job)

    assert state(bench, subject)[:2] == ("waiting", 1)


def test_a_job_is_not_tried_again_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(drain.WORKS, "match_entry", f"{__name__}:fails")
    want(bench)
    job = take(bench)
    assert job is not None

    with pytest.raises(ValueError, match="failed"):
        drain.work_off(bench.tools, job)

    assert take(bench) is None


def test_a_medium_on_which_every_worker_ended_is_refused_and_nobody_waits_for_it(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.landscape("fatal.jpg", seed=3))
    bench.operation.change(
        "update job set state = 'running', attempt = 5, lease_until = now() where operation_id = :id",
        id=bench.operation.id,
    )

    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)

    medium = bench.one("select state, refusal from media_item where operation_id = :operation")
    assert tuple(medium) == ("refused", "not_readable")
    assert bench.one("select state from job where operation_id = :operation").state == "failed"


def test_a_lease_is_renewed_while_its_worker_lives(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = want(bench)
    job = take(bench)
    assert job is not None
    monkeypatch.setattr(jobs, "LEASE_S", 0.6)

    with drain.Attempt(bench.tools, job) as attempt:
        until(lambda: lease(bench, subject) != job.lease_until)
        attempt.commit(lambda tx: None)

    assert state(bench, subject)[0] == "done"


def test_a_lease_is_renewed_while_effects_ask_the_database(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = want(bench)
    job = take(bench)
    assert job is not None
    monkeypatch.setattr(jobs, "LEASE_S", 0.6)

    def long(tx: Tx) -> None:
        until(lambda: lease(bench, subject) != job.lease_until)

    with drain.Attempt(bench.tools, job) as attempt:
        attempt.commit(long)

    assert state(bench, subject)[0] == "done"


def test_a_wish_is_not_held_up_by_effects_and_has_them_done_anew(bench: Bench) -> None:
    subject, done = want(bench), uuid4()
    job = take(bench)
    assert job is not None

    def effects(tx: Tx) -> None:
        jobs.want(tx, "match_person", done, bench.operation.id)
        want(bench, subject)

    with drain.Attempt(bench.tools, job) as attempt:
        attempt.commit(effects)

    assert state(bench, subject) == ("waiting", 0, None)
    assert not bench.rows("select 1 from job where subject_id = :id", id=done)


def test_a_step_that_goes_on_keeps_its_row(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = want(bench)
    job = take(bench)
    assert job is not None
    monkeypatch.setattr(jobs, "LEASE_S", 0.6)
    monkeypatch.setattr(drain, "RENEWALS_AT_MOST", 2)
    leases = {job.lease_until}

    def goes_on() -> bool:
        bench.tools.steps += 1
        leases.add(lease(bench, subject))
        return len(leases) > 2 * (1 + drain.RENEWALS_AT_MOST)

    with drain.Attempt(bench.tools, job):
        until(goes_on)


def test_a_step_that_hangs_loses_its_row(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = want(bench)
    job = take(bench)
    assert job is not None
    monkeypatch.setattr(jobs, "LEASE_S", 0.6)
    monkeypatch.setattr(drain, "RENEWALS_AT_MOST", 2)
    sql = "select lease_until < clock_timestamp() - interval '1.2 seconds' as over from job where subject_id = :id"

    with drain.Attempt(bench.tools, job):
        until(lambda: lease(bench, subject) != job.lease_until)
        # Two leases long nobody has renewed it.
        until(lambda: bench.one(sql, id=subject).over)


def lease(bench: Bench, subject: UUID) -> datetime:
    found: datetime = bench.one("select lease_until from job where subject_id = :id", id=subject).lease_until
    return found


def test_effects_that_fail_leave_the_job_undone(bench: Bench) -> None:
    subject = want(bench)
    job = take(bench)
    assert job is not None

    def broken(tx: object) -> None:
        raise IntegrityError("insert", {}, ValueError("twice"))

    with pytest.raises(IntegrityError), drain.Attempt(bench.tools, job) as attempt:
        attempt.commit(broken)

    assert state(bench, subject)[0] == "waiting"


def test_a_flushed_queue_costs_a_sweep_and_no_work(bench: Bench, servers: object) -> None:
    want(bench)
    Redis.from_url(servers.redis_url).flushall()  # type: ignore[attr-defined]
    # Workers of an earlier test are remembered for a second; now they are counted anew.
    jobs.use_queue(servers.redis_url)  # type: ignore[attr-defined]
    queue = jobs.wake_ups()
    assert queue.count == 0

    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert queue.count == 1
    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)
    assert queue.count == 1


def test_as_many_workers_are_woken_as_jobs_were_wanted_and_never_more_than_there_are(
    bench: Bench, servers: object
) -> None:
    connection = Redis.from_url(servers.redis_url)  # type: ignore[attr-defined]
    connection.flushall()
    sleeping = [Worker([jobs.QUEUE], connection=connection, serializer=JSONSerializer) for _ in range(3)]
    for worker in sleeping:
        worker.register_birth()
    jobs.use_queue(servers.redis_url)  # type: ignore[attr-defined]
    try:
        with bench.tools.db.write(bench.tools.service_id) as tx:
            jobs.want_all(tx, "match_entry", [uuid4()], bench.operation.id)
            jobs.want_all(tx, "match_person", [uuid4()], bench.operation.id)
        assert jobs.wake_ups().count == 2

        with bench.tools.db.write(bench.tools.service_id) as tx:
            jobs.want_all(tx, "match_entry", [uuid4() for _ in range(5)], bench.operation.id)
        assert jobs.wake_ups().count == 3
    finally:
        for worker in sleeping:
            worker.register_death()
        connection.flushall()
        jobs.use_queue(servers.redis_url)  # type: ignore[attr-defined]


def test_a_queue_that_is_away_stops_no_write(bench: Bench, servers: object) -> None:
    jobs.use_queue("unix:///nowhere/queue.sock")
    try:
        subject = want(bench)
        assert jobs.worker_count() == 0
    finally:
        jobs.use_queue(servers.redis_url)  # type: ignore[attr-defined]

    assert state(bench, subject)[0] == "waiting"


@pytest.mark.distributed
@pytest.mark.timeout(300)
def test_a_killed_worker_loses_nothing_and_does_nothing_twice(
    bench: Bench, material: Material, servers: object
) -> None:
    alone(bench)
    files = [material.landscape(f"kill-{n}.jpg", seed=100 + n) for n in range(16)]
    workers = [start_worker(bench, servers), start_worker(bench, servers)]
    try:
        bench.bring("EC", *files, material.group(), material.video())
        killed = 0
        deadline = time.monotonic() + 240
        while bench.rows("select 1 from job where operation_id = :operation and state in ('waiting', 'running')"):
            assert time.monotonic() < deadline, bench.rows(
                "select kind, state, attempt, failure from job where operation_id = :operation"
            )
            if killed < 2 and bench.rows("select 1 from job where operation_id = :operation and state = 'running'"):
                victim = workers.pop(0)
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                killed += 1
                workers.append(start_worker(bench, servers))
                # Half a minute passes: the dead worker's lease is over.
                bench.operation.change(
                    "update job set lease_until = now() where operation_id = :id and state = 'running'",
                    id=bench.operation.id,
                )
            time.sleep(0.1)
    finally:
        for worker in workers:
            worker.terminate()
        codes = [worker.wait(LIMIT_S) for worker in workers]

    assert killed == 2
    assert codes == [0, 0]
    states = bench.rows("select state, count(*) as n from media_item where operation_id = :operation group by 1")
    assert [tuple(row) for row in states] == [("read", 18)]
    assert bench.operation.kinds().count("media:read") == 18
    assert bench.one("select count(*) as n from face where operation_id = :operation and at_s is null").n == 6


def take_reading(bench: Bench) -> Taken:
    """Take the reading of this test's medium, however long it was to wait."""
    bench.operation.change("update job set lease_until = null where operation_id = :id", id=bench.operation.id)
    alone(bench)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        job = jobs.take(tx, ["read_media"])
    assert job is not None
    return job


def failure(bench: Bench) -> str:
    return str(bench.one("select failure from job where operation_id = :operation").failure)
