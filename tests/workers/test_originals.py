"""Originals are read again and compared with the hashes that they came with; the house looks at each once a day."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workers.drain import give_up
from workspace.commands.originals import AT_ONCE, ask_check, want_checks
from workspace.errors import Conflict, Forbidden
from workspace.model import OriginalCheck
from workspace.model.jobs import Taken
from workspace.queries.exhibits import CheckOfOriginals, exhibit_page


def stored(bench: Bench, address: str, url: str) -> Path:
    return Path(urlsplit(url).path) / address


def check(bench: Bench, exhibit: UUID) -> CheckOfOriginals:
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        ask_check(tx, exhibit)
    bench.work()
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        found = exhibit_page(view.session, exhibit).check
    assert found is not None
    return found


def test_originals_that_are_as_they_came_are_said_to_be_so(bench: Bench, material: Material) -> None:
    exhibit = bench.bring("EC", material.portrait(), material.group())

    found = check(bench, exhibit)

    assert (found.files, found.wrong, found.missing, found.is_under_way) == (2, 0, 0, False)
    assert "exhibit:checked" in bench.operation.kinds()


def test_an_original_that_was_changed_and_one_that_is_gone_are_named(
    bench: Bench, material: Material, servers: object
) -> None:
    exhibit = bench.bring("EC", material.portrait(), material.group(), material.landscape("own.jpg", seed=77))
    bench.work()
    url = str(servers.media_url)  # type: ignore[attr-defined]
    by_path = {
        row.path: stored(bench, row.address, url)
        for row in bench.rows(
            "select r.path, m.address from received_file r join media_item m on m.id = r.media_item_id where "
            "r.exhibit_id = :id",
            id=exhibit,
        )
    }
    changed, gone = by_path[material.portrait().name], by_path[material.group().name]
    content = {path: path.read_bytes() for path in (changed, gone)}
    try:
        changed.write_bytes(content[changed][:-1] + bytes([content[changed][-1] ^ 1]))
        gone.unlink()

        found = check(bench, exhibit)
    finally:
        for path, was in content.items():
            path.write_bytes(was)

    assert (found.files, found.wrong, found.missing) == (3, 1, 1)
    assert found.paths == sorted([material.portrait().name, material.group().name])
    assert check(bench, exhibit).wrong == 0


def test_a_check_is_asked_once_at_a_time_and_by_the_owner_alone(bench: Bench, material: Material) -> None:
    exhibit = bench.bring("EC", material.portrait())
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        ask_check(tx, exhibit)

    with pytest.raises(Conflict), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        ask_check(tx, exhibit)
    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        ask_check(tx, exhibit)
    with bench.app.read(bench.operation.person("PE", "analyst")) as view:  # how another keeps what came is not theirs
        assert exhibit_page(view.session, exhibit).check is None


def test_a_check_that_failed_for_good_is_over_and_holds_up_no_other(bench: Bench, material: Material) -> None:
    bench.operation.change("update original_check set checked_at = now(), files = 0 where checked_at is null")
    first, second = bench.bring("EC", material.portrait()), bench.bring("EC", material.group())
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        check_id = ask_check(tx, first)
    bench.operation.change(
        "update original_check set asked_at = now() - interval '25 hours' where exhibit_id = :id", id=first
    )
    bench.operation.change(
        "update exhibit set intake_ended_at = case when id in (:first, :second) then now() - interval '25 hours' end",
        first=first,
        second=second,
    )

    def wanted() -> int:
        with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
            return want_checks(tx)

    assert wanted() == 1  # the second; the first one's is still to be done
    with bench.tools.db.write(bench.tools.service_id) as tx:
        give_up(tx, Taken(uuid4(), "check_originals", check_id, bench.operation.id, 5, tx.now))
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        told = exhibit_page(view.session, first).check
        assert told is not None
        assert (told.has_failed, told.is_under_way, told.checked_at) == (True, False, None)
    assert wanted() == 1
    bench.work()
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        told = exhibit_page(view.session, first).check
        assert told is not None
        assert (told.has_failed, told.is_under_way, told.files) == (False, False, 1)


def test_the_house_looks_once_a_day_a_few_exhibits_at_a_time(bench: Bench, material: Material) -> None:
    exhibit = bench.bring("EC", material.portrait())
    bench.operation.change("update original_check set checked_at = now(), files = 0 where checked_at is null")
    bench.operation.change("update exhibit set intake_ended_at = null where id <> :id", id=exhibit)

    def wanted() -> int:
        with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
            return want_checks(tx)

    assert wanted() == 0  # it has just come
    bench.operation.change(
        "update exhibit set intake_ended_at = now() - interval '25 hours' where id = :id", id=exhibit
    )
    assert wanted() == 1
    bench.work()
    assert wanted() == 0
    bench.operation.change(
        "update original_check set asked_at = now() - interval '25 hours' where exhibit_id = :id", id=exhibit
    )
    assert wanted() == 1
    with bench.tools.db.read(bench.tools.service_id) as view:
        assert view.session.query(OriginalCheck).filter_by(exhibit_id=exhibit, asked_by=None).count() == 2
    assert AT_ONCE > 1


def test_of_two_who_ask_at_the_same_moment_the_second_is_told_that_it_is_being_done(
    bench: Bench, material: Material
) -> None:
    exhibit = bench.bring("EC", material.portrait())
    first, second = bench.operation.person("EC", "analyst"), bench.operation.person("EC", "specialist")

    def ask() -> str:
        with pytest.raises(Conflict) as refusal, bench.app.write(second) as tx:
            ask_check(tx, exhibit)
        return str(refusal.value)

    with ThreadPoolExecutor(1) as pool:
        with bench.app.write(first) as tx:
            ask_check(tx, exhibit)
            asked = pool.submit(ask)
            while not bench.one("select count(*) from pg_locks where not granted and locktype = 'transactionid'")[0]:
                time.sleep(0.01)
        assert "being checked already" in asked.result()
