"""What failed in every attempt is told to somebody who can ask again, or is tried again by the house: no kind of work
is missed in silence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.bench import Bench
from tests.support.work_material import Material
from tests.test_material_counts import anew, sums
from workers import drain
from workspace.commands.failed_work import try_again
from workspace.commands.frames import want_frames
from workspace.commands.parts import want_parts
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import failed_jobs, jobs
from workspace.model.failed_jobs import ANEW_KINDS, OF_FILES, TOLD_KINDS
from workspace.model.jobs import IDLE_KINDS, KINDS, Taken
from workspace.queries.exhibits import FailedWork, exhibit_page
from workspace.queries.medium import medium_page
from workspace.settings import code_version
from workspace.vocabulary import FAILED_WORK

PAGES = {
    "close_exhibit": "its exhibit, where the owner closes it again",
    "build_package": "its referral, which is drafted again",
    "rebuild_package": "its referral, which is drafted again",
    "draw_up_edition": "the statistics, which draw it up again",
    "mask_card": "the card, which is made again",
    "import_register": "the import, which is sent again",
    "import_known": "the import, which is sent again",
    "import_case": "the import, which is sent again",
    "read_probe": "the search, which is made again",
    "finish_upload": "the half received files, where it is sent again",
    "take_still": "the video, where it is taken again",
    "cut_picture": "the picture, where it is asked for again",
    "make_copy": "the video, where it is asked for again",
    "describe_face": "the picture, where it is drawn again, and the exhibit, where it is tried again",
    "read_media": "the refused files, and the exhibit, where it is tried again",
    "check_originals": "the exhibit, where it is checked again",
}
"""By kind: which page tells whoever waits for it, and how it is asked for again. Of every other kind the operator is
told (`/health`, `app.py failed`), and the house tries it again by itself."""


def test_each_kind_of_work_is_told_to_whoever_can_ask_again_or_tried_again_by_the_house() -> None:
    assert set(PAGES) == set(TOLD_KINDS)
    assert set(TOLD_KINDS) <= set(drain.GIVEN_UP)  # somebody writes down what the page says
    assert set(drain.GIVEN_UP) - set(TOLD_KINDS) <= set(IDLE_KINDS)
    assert set(ANEW_KINDS) <= set(TOLD_KINDS)
    assert set(FAILED_WORK) == set(OF_FILES) <= set(KINDS)
    assert {*IDLE_KINDS, *ANEW_KINDS} <= set(OF_FILES)  # faces and copies: their owner is told in any case


def fails(tools: object, job: Taken) -> None:
    raise ValueError("it cannot be done")


def fail_for_good(bench: Bench, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Have all attempts at the waiting jobs of a kind fail, as if the version before had."""
    monkeypatch.setitem(drain.WORKS, kind, f"{__name__}:fails")
    monkeypatch.setattr(jobs, "code_version", lambda: "an older version")
    bench.operation.change(
        "update job set attempt = :most - 1 where operation_id = :id and kind = :kind and state = 'waiting'",
        most=jobs.MOST_ATTEMPTS,
        id=bench.operation.id,
        kind=kind,
    )
    drain.equip(bench.tools)
    while bench.rows(
        "select 1 from job where operation_id = :operation and kind = :kind and state = 'waiting'", kind=kind
    ):
        with pytest.raises(ValueError, match="cannot be done"):
            bench.work()
    monkeypatch.undo()


def alone(bench: Bench) -> None:
    bench.operation.change(
        "update job set state = 'done', failed_in = null where operation_id <> :id and state <> 'done'",
        id=bench.operation.id,
    )


def by_house(bench: Bench) -> int:
    alone(bench)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        return failed_jobs.try_failed_again(tx)


def failed_here(bench: Bench, exhibit: UUID, country: str = "EC") -> list[FailedWork]:
    with bench.app.read(bench.operation.person(country, "analyst")) as view:
        return exhibit_page(view.session, exhibit).failed


def medium(bench: Bench, columns: str) -> Any:
    return bench.one(f"select {columns} from media_item m where m.operation_id = :operation")


def wanted(bench: Bench, want: Any) -> int:
    """Have housekeeping want what is done when nothing else waits, in this operation alone."""
    alone(bench)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        found: int = want(tx)
    alone(bench)
    return found


def test_another_version_of_the_program_looks_for_copies_of_a_video_again(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = bench.bring("EC", material.video())
    bench.work()
    bench.operation.change("delete from video_frame where operation_id = :id", id=bench.operation.id)
    bench.operation.change(
        "update media_item set frames_hashed_in = null where operation_id = :id", id=bench.operation.id
    )
    wanted(bench, want_frames)
    fail_for_good(bench, monkeypatch, "hash_frames")
    assert medium(bench, "frames_hashed_in").frames_hashed_in is None  # nobody says that it was done
    assert failed_here(bench, exhibit) == [FailedWork("hash_frames", 1)]
    wanted(bench, want_frames)
    assert failed_here(bench, exhibit) == [FailedWork("hash_frames", 1)]  # nor is it tried on and on

    assert by_house(bench) == 1
    bench.work()
    assert medium(bench, "frames_hashed_in").frames_hashed_in is not None
    assert failed_here(bench, exhibit) == []


def test_the_same_version_tries_what_nobody_waits_for_again_after_a_day(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = bench.bring("EC", material.landscape("own.jpg", seed=5))
    bench.work()
    wanted(bench, want_parts)
    fail_for_good(bench, monkeypatch, "compare_parts")
    bench.operation.change(
        "update job set failed_in = :now where operation_id = :id", now=code_version(), id=bench.operation.id
    )
    assert by_house(bench) == 0
    bench.operation.change(
        "update job set done_at = done_at - interval '25 hours' where operation_id = :id", id=bench.operation.id
    )
    assert by_house(bench) == 1
    bench.work()
    assert medium(bench, "parts_hashed_in").parts_hashed_in is not None
    assert failed_here(bench, exhibit) == []


def test_a_file_on_which_every_attempt_failed_is_read_by_another_version(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = bench.bring("EC", material.landscape("own.jpg", seed=5))
    fail_for_good(bench, monkeypatch, "read_media")
    assert tuple(medium(bench, "state, refusal")) == ("refused", "not_readable")
    assert failed_here(bench, exhibit) == [FailedWork("read_media", 1)]

    assert by_house(bench) == 1
    assert tuple(medium(bench, "state, refusal")) == ("waiting", None)
    bench.work()
    assert medium(bench, "state").state == "read"


@pytest.mark.parametrize("kind", ["sweep_photo", "read_text"])
def test_what_was_given_up_is_said_to_be_done_in_part_until_it_is_tried_again(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    exhibit = bench.bring("EC", material.landscape("own.jpg", seed=5))
    bench.work()
    media = medium(bench, "id").id
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want(tx, kind, media, bench.operation.id)
    fail_for_good(bench, monkeypatch, kind)
    table = "media_sweep" if kind == "sweep_photo" else "text_reading"
    is_whole = f"select is_whole from {table} where operation_id = :operation"
    assert bench.one(is_whole).is_whole is False
    assert failed_here(bench, exhibit) == [FailedWork(kind, 1)]

    assert by_house(bench) == 1
    assert bench.rows(is_whole) == []
    bench.work()
    assert bench.one(is_whole).is_whole is True
    with bench.app.read(bench.operation.person("EC")) as view:
        assert medium_page(view.session, media).sweep.state in ("swept", "waits")
    counted = sums(bench.operation)
    assert anew(bench.operation) == counted


def test_its_owner_has_it_tried_again_and_nobody_else_does(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = bench.bring("EC", material.landscape("own.jpg", seed=5), sharing="agency")
    fail_for_good(bench, monkeypatch, "read_media")
    with pytest.raises(NotFound), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        try_again(tx, exhibit)
    with bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        assert tx.session.execute(text("select take_up_exhibit(:id)"), {"id": exhibit}).scalar_one() == 0
        assert (
            tx.session.execute(text("select count(*) from failed_of_exhibit(:id)"), {"id": exhibit}).scalar_one() == 0
        )
    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("EC", "liaison")) as tx:
        try_again(tx, exhibit)

    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        assert try_again(tx, exhibit) == 1
    assert bench.operation.kinds()[-1] == "media:wanted_again"
    with pytest.raises(Conflict), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        try_again(tx, exhibit)
    bench.work()
    assert medium(bench, "state").state == "read"


def test_the_operator_is_told_of_what_no_page_tells(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(bench)
    bench.bring("EC", material.landscape("own.jpg", seed=5))
    fail_for_good(bench, monkeypatch, "read_media")
    with bench.app.read(None) as view:
        assert not failed_jobs.has_failed_untold(view.session)
    by_house(bench)
    media = medium(bench, "id").id
    with bench.tools.db.write(bench.tools.service_id) as tx:
        jobs.want(tx, "match_media", media, bench.operation.id)
    bench.operation.change(
        "update job set state = 'done' where kind = 'read_media' and operation_id = :id", id=bench.operation.id
    )
    fail_for_good(bench, monkeypatch, "match_media")

    with bench.app.read(None) as view:
        assert failed_jobs.has_failed_untold(view.session)
    with bench.tools.db.read(bench.tools.service_id) as view:
        [found] = [each for each in failed_jobs.failed(view.session) if each.operation_id == bench.operation.id]
    assert (found.kind, found.number, found.last) == ("match_media", 1, "ValueError: it cannot be done")
    with bench.tools.db.write(bench.tools.service_id) as tx:
        assert failed_jobs.try_failed_again(tx, all_of_them=True) == 1
