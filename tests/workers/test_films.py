"""Videos become playable copies when asked for, stills become media beside them; who has no key finds neither."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.bench import Bench
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.waiting import LIMIT_S
from tests.support.work_material import Material
from workspace.commands import films
from workspace.commands.shown import view_media_item
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.queries.films import FilmPage, film_page, frame_index, source_of_still, stored_film, stored_strip
from workspace.queries.gallery import GalleryFilter, gallery_part
from workspace.queries.medium import medium_page
from workspace.queries.pictures import stored_picture


def page(bench: Bench, person: int, medium: UUID) -> FilmPage:
    with bench.app.read(person) as view:
        return film_page(view.session, medium)


def do(bench: Bench, person: int, command: Any, *values: Any, **named: Any) -> Any:
    with bench.app.write(person) as tx:
        return command(tx, *values, **named)


def content(bench: Bench, address: str) -> bytes:
    return bench.tools.store.read_bytes(address, key=bench.key)


def test_a_video_is_read_copied_watched_and_a_still_of_it_is_searched_like_any_picture(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.video(), sharing="agency")
    bench.work()
    medium = bench.one("select id from media_item where operation_id = :operation").id
    me, chief, foreign = (bench.operation.person(*who) for who in (("EC",), ("EC", "analyst"), ("PE",)))

    # At once: the strip of its samples, veiled, with its cuts.
    strip = page(bench, me, medium).strip
    assert strip is not None
    assert (len(strip.times_s), strip.width, len(strip.cuts_s)) == (6, 10, 2)
    with (
        bench.app.read(me) as view,
        Image.open(io.BytesIO(content(bench, stored_strip(view.session, medium).address))) as picture,
    ):
        assert picture.size == (10 * 6, strip.height)

    # A copy, made when it is asked for, once.
    with pytest.raises(Invalid):
        do(bench, me, films.ask_copy, medium, 4000)
    with pytest.raises(Conflict, match="playable copy first"):
        do(bench, me, films.ask_still, medium, frame=0)
    with bench.app.read(me) as view, pytest.raises(NotFound):
        frame_index(view.session, medium)
    bench.operation.change("delete from film_strip where media_item_id = :id", id=medium)  # as of a video read long ago
    assert do(bench, me, films.ask_copy, medium, 640) == do(bench, chief, films.ask_copy, medium, 640)
    assert [copy.state for copy in page(bench, me, medium).copies] == ["asked"]
    bench.work()
    (copy,) = page(bench, me, medium).copies
    assert page(bench, me, medium).strip == strip
    assert (copy.state, copy.frames_done, copy.frames_of, copy.width, copy.height) == ("made", 48, 48, 480, 360)
    with bench.app.read(me) as view:
        assert frame_index(view.session, medium).at_ms == [125 * n for n in range(48)]
        veiled = stored_film(view.session, medium, 640, "veiled")
        with pytest.raises(Forbidden, match="Lift the veil"):
            stored_film(view.session, medium, 640, "clear")

    # The clear one is served while it is watched, and that is recorded with its part, without waking a screen.
    for part in ((0, 90_000), (5_000, 2_000), (-1, 5)):
        with pytest.raises(Invalid):
            do(bench, me, films.watch_video, medium, [part])
    do(bench, me, films.watch_video, medium, [(1_000, 1_000)])
    do(bench, me, films.watch_video, medium, [(1_000, 1_125), (2_000, 6_000)])
    with bench.app.read(me) as view:
        clear = stored_film(view.session, medium, 640, "clear")
    assert len(content(bench, clear.address)) > 5 * len(content(bench, veiled.address))
    with bench.app.read(me) as view:  # one lifting, whatever was watched after it
        assert [look.times for look in medium_page(view.session, medium).looks] == [1]
    with bench.app.read(chief) as view, pytest.raises(Forbidden):
        stored_film(view.session, medium, 640, "clear")
    bench.operation.change(
        "update media_view set viewed_at = viewed_at - :ago where operation_id = :operation",
        ago=timedelta(seconds=40),
        operation=bench.operation.id,
    )
    with bench.app.read(me) as view, pytest.raises(Forbidden):
        stored_film(view.session, medium, 640, "clear")

    # A still: the very picture, from the original, read by the usual way.
    with pytest.raises(Invalid, match="no such frame"):
        do(bench, me, films.ask_still, medium, frame=48)
    assert do(bench, me, films.ask_still, medium, frame=3) == do(bench, chief, films.ask_still, medium, frame=3)
    bench.work()
    (still,) = page(bench, me, medium).stills
    assert (still.state, still.frame, still.at_ms, still.faces) == ("made", 3, 375, 1)
    assert still.still_id is not None
    with bench.app.read(me) as view:
        source = source_of_still(view.session, still.still_id)
        shown = medium_page(view.session, still.still_id)
    assert source is not None
    assert (source.media_id, source.frame) == (medium, 3)
    assert source.stamp is not None
    assert source.stamp * source.unit_num / source.unit_den == pytest.approx(0.375)
    assert (shown.width, shown.height, shown.media_type, shown.kind) == (480, 360, "image/png", "photo")
    assert shown.copies.copies[0].paths[0].path.endswith("video.mp4/frame-3-at-375-ms.png")
    address = bench.one("select address from media_item where id = :id", id=still.still_id).address
    with Image.open(io.BytesIO(content(bench, address))) as picture:
        column = np.asarray(picture, int)[100]
    assert np.abs(column[0] - 90).max() < 12  # the portrait has moved by three pixels: before it is grey
    assert np.abs(column[2] - 90).max() < 30
    assert np.abs(column[330] - 90).max() < 12
    # Both faces are one person's: it was matched and grouped as any other.
    persons = bench.rows("select distinct person_id from face where operation_id = :operation")
    assert len(persons) == 1

    # Marked parts.
    with pytest.raises(Invalid):
        do(bench, me, films.mark_range, medium, from_ms=0, to_ms=1_000, note=" ")
    mark = do(bench, me, films.mark_range, medium, from_ms=2_000, to_ms=3_500, note=" a landscape ")
    assert [(each.note, each.mine) for each in page(bench, chief, medium).ranges] == [("a landscape", False)]
    with pytest.raises(NotFound):
        do(bench, chief, films.unmark_range, mark)
    do(bench, me, films.unmark_range, mark)
    with pytest.raises(Conflict):
        do(bench, me, films.unmark_range, mark)
    assert page(bench, me, medium).ranges == []

    # None of it exists for who has no key.
    with bench.app.read(foreign) as view:
        for look in (
            lambda: film_page(view.session, medium),
            lambda: frame_index(view.session, medium),
            lambda: stored_strip(view.session, medium),
            lambda: stored_film(view.session, medium, 640, "veiled"),
            lambda: stored_film(view.session, medium, 640, "clear"),
        ):
            with pytest.raises(NotFound):
                look()
        assert source_of_still(view.session, still.still_id) is None
    for command, values in (
        (films.ask_copy, {"side": 640}),
        (films.watch_video, {"parts": [(0, 0)]}),
        (films.mark_range, {"from_ms": 0, "to_ms": 0, "note": "so"}),
        (films.ask_still, {"frame": 0}),
    ):
        with pytest.raises(NotFound):
            do(bench, foreign, command, medium, **values)
    with pytest.raises(NotFound):
        do(bench, me, films.ask_copy, uuid4(), 640)
    kinds = [
        each.kind
        for each in bench.rows("select kind from event where operation_id = :operation order by seq")
        if each.kind.split(":")[0] in ("copy", "still", "range") or each.kind == "media:watched"
    ]
    assert kinds == [
        "copy:asked", "copy:made", "media:watched", "media:watched", "still:asked", "still:made", "range:marked",
        "range:unmarked",
    ]  # fmt: skip


def test_the_video_inside_a_photo_is_played_and_whoever_watched_it_has_not_seen_the_photo(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    motion = tmp_path / "motion.jpg"
    motion.write_bytes(material.landscape("still.jpg", seed=92).read_bytes() + material.video().read_bytes())
    bench.bring("EC", motion, material.portrait(), sharing="agency")
    bench.work()
    media = bench.rows("select id from media_item where operation_id = :operation order by inner_video_s nulls last")
    medium, plain = (row.id for row in media)
    me, foreign = bench.operation.person("EC"), bench.operation.person("PE")

    film = page(bench, me, medium)
    assert film.duration_s == pytest.approx(6, abs=0.2)
    assert film.strip is not None
    assert film.copies == []
    for person, other in ((foreign, medium), (me, plain)):
        with pytest.raises(NotFound):
            page(bench, person, other)
        with pytest.raises(NotFound):
            do(bench, person, films.ask_copy, other, 640)
    do(bench, me, films.ask_copy, medium, 640)
    bench.work()
    (copy,) = page(bench, me, medium).copies
    assert (copy.state, copy.frames_done, copy.width, copy.height) == ("made", 48, 480, 360)

    with pytest.raises(Invalid):
        do(bench, me, films.watch_video, medium, [(5_000, 9_000)])
    do(bench, me, films.watch_video, medium, [(1_000, 1_000)])
    do(bench, me, films.watch_video, medium, [(1_000, 2_000)])
    with bench.app.read(me) as view:
        assert stored_film(view.session, medium, 640, "clear").address
        shown = medium_page(view.session, medium)
        assert (shown.kind, shown.looked_at, [look.times for look in shown.looks]) == ("photo", None, [1])
        with pytest.raises(Forbidden, match="Lift the veil"):
            stored_picture(view.session, "media_item", medium, clear=True)
        (tile,) = gallery_part(view.session, bench.operation.id, GalleryFilter(near=medium)).tiles
        assert not tile.is_seen
    do(bench, me, view_media_item, medium)
    with bench.app.read(me) as view:
        assert stored_picture(view.session, "media_item", medium, clear=True).address
        assert medium_page(view.session, medium).looked_at is not None

    do(bench, me, films.mark_range, medium, from_ms=1_000, to_ms=2_000, note="a wall")
    do(bench, me, films.ask_still, medium, frame=3)
    bench.work()
    (still,) = page(bench, me, medium).stills
    assert (still.state, still.faces) == ("made", 1)
    with bench.app.read(me) as view:
        lying = medium_page(view.session, still.still_id or uuid4()).copies.copies[0].paths
    assert lying[0].path.endswith("motion.jpg/frame-3-at-375-ms.png")


def test_a_video_that_breaks_says_why_and_what_cannot_be_played_leaves_no_copy(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    bench.bring("EC", material.cut_video())
    bench.work()
    cut = bench.one("select id from media_item where operation_id = :operation").id
    me = bench.operation.person("EC")
    do(bench, me, films.ask_copy, cut, 640)
    do(bench, me, films.ask_copy, cut, 1280)
    # The original is exchanged for one that cannot be read, as a damaged disk would.
    address = bench.tools.store.put_bytes(material.video().read_bytes()[:3000], key=bench.key).address
    whole = bench.one("select address from media_item where id = :id", id=cut).address
    bench.operation.change("update media_item set address = :address where id = :id", address=address, id=cut)
    bench.work()

    copies = page(bench, me, cut).copies
    assert [(copy.state, copy.refusal in ("truncated", "damaged")) for copy in copies] == [("refused", True)] * 2
    with bench.app.read(me) as view, pytest.raises(NotFound):
        stored_film(view.session, cut, 640, "veiled")

    # Whoever opens the video may ask again, and the copy is made once the file can be read.
    chief = bench.operation.person("EC", "analyst")
    bench.operation.change("update media_item set address = :address where id = :id", address=whole, id=cut)
    assert do(bench, chief, films.ask_copy, cut, 640) == do(bench, me, films.ask_copy, cut, 640) == copies[0].id
    assert [(copy.state, copy.refusal) for copy in page(bench, me, cut).copies][:1] == [("asked", None)]
    bench.work()
    assert [copy.state for copy in page(bench, me, cut).copies] == ["made", "refused"]
    assert do(bench, me, films.ask_copy, cut, 640) == copies[0].id
    assert [copy.state for copy in page(bench, me, cut).copies] == ["made", "refused"]
    kinds = [kind for kind in bench.operation.kinds() if kind.startswith("copy:")]
    assert kinds == ["copy:asked"] * 2 + ["copy:refused"] * 2 + ["copy:asked", "copy:made"]


def test_who_asks_for_a_copy_again_says_nothing_that_only_a_worker_can_know(bench: Bench) -> None:
    me = bench.operation.person("EC")
    video: dict[str, Any] = {"kind": "video", "media_type": "video/mp4", "duration_s": 6.0}
    medium = lay_medium(bench.operation, lay_exhibit(bench.operation, "EC", "EC-1"), **video)
    copy = do(bench, me, films.ask_copy, medium, 640)

    for column in ("clear_address = 'x'", "at_ms = '{0}'", "media_item_id = gen_random_uuid()", "side = 1280"):
        with pytest.raises(DBAPIError), bench.app.write(me) as tx:
            tx.session.execute(text(f"update video_copy set {column} where id = :id"), {"id": copy})
    for state in ("asked", "made"):
        bench.operation.change("update video_copy set state = :state where id = :id", state=state, id=copy)
        with bench.app.write(me) as tx:
            changed = tx.session.execute(text("update video_copy set state = 'asked' where id = :id"), {"id": copy})
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def test_looks_wake_no_screen_and_a_mark_does(bench: Bench) -> None:
    video: dict[str, Any] = {"kind": "video", "media_type": "video/mp4", "duration_s": 6.0}
    medium = lay_medium(bench.operation, lay_exhibit(bench.operation, "EC", "EC-1"), **video)
    me = bench.operation.person("EC")
    url = bench.app.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute("listen concord")
        do(bench, me, view_media_item, medium)
        do(bench, me, films.watch_video, medium, [(0, 0), (0, 900)])
        mark = do(bench, me, films.mark_range, medium, from_ms=0, to_ms=10, note="a wall")
        woken = [each.payload for each in listener.notifies(timeout=LIMIT_S, stop_after=1)]

    seq = bench.one("select seq from event where operation_id = :operation and kind = 'range:marked'").seq
    assert mark is not None
    assert woken == [f"{bench.operation.id}:{seq}"]
