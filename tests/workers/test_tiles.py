"""A picture is cut into tiles when somebody asks; each is served to who has lifted its veil, and all are gone after a
day."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from PIL import Image

from tests.support.bench import Bench
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.work_material import Material
from workers import drain
from workers.housekeeping import do_due_duties
from workspace.commands.shown import view_media_item
from workspace.commands.tiles import ask_tiles
from workspace.errors import Conflict, Forbidden, NotFound, TooMuch
from workspace.model import jobs
from workspace.queries.tiles import StoredTile, TilesOfPicture, stored_tile, tiles_of_picture
from workspace.rules.tiles import MOST_AN_HOUR, MOST_WAITING, tiles_in


@pytest.fixture
def photo(bench: Bench, material: Material) -> UUID:
    """A photo of EC's own agency in which faces are small, 3,200 by 1,280 pixels."""
    bench.bring("EC", material.crowd(), sharing="agency")
    bench.work()
    found: UUID = bench.one("select id from media_item where operation_id = :operation").id
    return found


def ask(bench: Bench, person: int, photo: UUID) -> None:
    with bench.app.write(person) as tx:
        ask_tiles(tx, photo)


def made(bench: Bench, person: int, photo: UUID) -> TilesOfPicture:
    with bench.app.read(person) as view:
        return tiles_of_picture(view.session, photo)


def tile(bench: Bench, person: int, photo: UUID, level: int, column: int, row: int) -> StoredTile:
    with bench.app.read(person) as view:
        return stored_tile(view.session, photo, level, column, row)


def pixels_of(bench: Bench, found: StoredTile) -> Any:
    with bench.tools.store.open(found.address, bench.key) as file:
        file.seek(found.start)
        content = file.read(found.stop - found.start)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, dict(image.getexif()), "icc_profile" in image.info) == ("JPEG", {}, False)
        return np.asarray(image, np.int16)


def objects(bench: Bench) -> int:
    """How many objects the store holds."""
    folder = bench.tools.store._folder
    assert folder is not None
    return sum(1 for path in Path(folder).rglob("*") if path.is_file())


def test_every_tile_shows_the_pixels_of_the_original_in_their_places(
    bench: Bench, material: Material, photo: UUID
) -> None:
    me = bench.operation.person("EC")
    assert made(bench, me, photo).state is None
    ask(bench, me, photo)
    ask(bench, bench.operation.person("EC", "analyst"), photo)
    assert bench.rows("select 1 from job where operation_id = :operation and kind = 'cut_picture'") != []
    assert made(bench, me, photo).state == "asked"
    bench.work()
    told = made(bench, me, photo)
    assert (told.state, told.width, told.height, told.levels) == ("made", 3200, 1280, 3)
    assert told.tiles_done == told.tiles_of == 7 * 3 + 4 * 2 + 2

    with bench.app.write(me) as tx:
        view_media_item(tx, photo)
    with Image.open(material.crowd()) as original:
        wanted = np.asarray(original, np.int16)
    for each in tiles_in(3200, 1280):
        if each.level == 0:
            shown = pixels_of(bench, tile(bench, me, photo, 0, each.left // 512, each.top // 512))
            there = wanted[each.top : each.bottom, each.left : each.right]
            # Compressed again, and not a pixel away.
            assert np.abs(shown - there).mean() < 1.5
            assert np.abs(shown[:, 1:] - there[:, :-1]).mean() > np.abs(shown - there).mean()
    assert pixels_of(bench, tile(bench, me, photo, 2, 1, 0)).shape == (320, 288, 3)
    assert bench.operation.kinds().count("tiles:asked") == bench.operation.kinds().count("tiles:made") == 1


def test_a_tile_is_served_to_who_lifted_the_veil_half_a_minute_ago_at_most_and_hidden_media_have_none(
    bench: Bench, photo: UUID
) -> None:
    me, chief, foreign = (bench.operation.person(*who) for who in (("EC",), ("EC", "analyst"), ("PE",)))
    with pytest.raises(NotFound):
        ask(bench, foreign, photo)
    with pytest.raises(NotFound):
        made(bench, foreign, photo)
    ask(bench, me, photo)
    bench.work()

    with pytest.raises(Forbidden, match="Lift the veil"):
        tile(bench, me, photo, 0, 0, 0)
    with bench.app.write(me) as tx:
        view_media_item(tx, photo)
    assert tile(bench, me, photo, 0, 6, 2).stop > tile(bench, me, photo, 0, 6, 2).start
    for place in ((0, 7, 0), (0, 0, 3), (3, 0, 0), (0, 10**9, 0)):
        with pytest.raises(NotFound):
            tile(bench, me, photo, *place)
    with pytest.raises(Forbidden):
        tile(bench, chief, photo, 0, 0, 0)
    with pytest.raises(NotFound):
        tile(bench, foreign, photo, 0, 0, 0)
    with pytest.raises(NotFound):
        tile(bench, me, uuid4(), 0, 0, 0)
    bench.operation.change("update media_view set viewed_at = viewed_at - interval '31 seconds'")
    with pytest.raises(Forbidden):
        tile(bench, me, photo, 0, 0, 0)


def test_nobody_has_more_made_ready_at_once_or_within_an_hour_than_is_looked_at(bench: Bench, photo: UUID) -> None:
    me, colleague = bench.operation.person("EC"), bench.operation.person("EC", "analyst")
    exhibit = lay_exhibit(bench.operation, "EC", "EC-T-001", sharing="agency")
    photos = [lay_medium(bench.operation, exhibit, f"{n}.jpg", preview_address="none") for n in range(MOST_WAITING)]
    for one in photos:
        ask(bench, me, one)
    before = bench.operation.kinds()

    with pytest.raises(TooMuch, match=f"{MOST_WAITING} of your pictures are being made ready"):
        ask(bench, me, photo)
    assert made(bench, me, photo).state is None
    assert bench.operation.kinds() == before
    ask(bench, me, photos[0])  # what is being made is asked for by nobody twice
    ask(bench, colleague, photo)

    bench.operation.change("update picture_tiles set state = 'refused' where asked_by = :me", me=me)
    lay_asked(bench, exhibit, me, MOST_AN_HOUR - MOST_WAITING)
    further = lay_medium(bench.operation, exhibit, "further.jpg", preview_address="none")
    with pytest.raises(TooMuch, match=f"{MOST_AN_HOUR} pictures"):
        ask(bench, me, further)
    bench.operation.change("update picture_tiles set asked_at = asked_at - interval '61 minutes'")
    ask(bench, me, further)


def lay_asked(bench: Bench, exhibit: UUID, person: int, count: int) -> None:
    """So many other photos whose tiles a person asked for a moment ago."""
    for n in range(count):
        medium = lay_medium(bench.operation, exhibit, f"asked-{n}.jpg")
        bench.operation.change(
            "insert into picture_tiles (media_item_id, operation_id, compartment_id, state, refusal, asked_by) "
            "select id, operation_id, compartment_id, 'refused', 'damaged', :me from media_item where id = :medium",
            medium=medium, me=person,
        )  # fmt: skip


def test_what_cannot_be_cut_says_why_and_a_video_has_no_tiles(bench: Bench, material: Material, photo: UUID) -> None:
    me = bench.operation.person("EC")
    bench.bring("EC", material.video(), material.text(), sharing="agency")
    bench.work()
    video = bench.one("select id from media_item where operation_id = :operation and kind = 'video'").id
    with pytest.raises(NotFound):
        ask(bench, me, video)
    bench.operation.change("update media_item set preview_address = null where id = :id", id=photo)
    with pytest.raises(Conflict, match="not read yet"):
        ask(bench, me, photo)
    bench.operation.change("update media_item set preview_address = 'none' where id = :id", id=photo)
    # The original is exchanged for one that cannot be read, as a damaged disk would.
    whole = bench.one("select address from media_item where id = :id", id=photo).address
    address = bench.tools.store.put_bytes(b"\xff\xd8\xff\xe0 no more", key=bench.key).address
    bench.operation.change("update media_item set address = :address where id = :id", address=address, id=photo)

    ask(bench, me, photo)
    bench.work()

    told = made(bench, me, photo)
    assert (told.state, told.levels) == ("refused", 0)
    assert told.refusal in ("damaged", "truncated")
    assert bench.operation.kinds().count("tiles:refused") == 1

    # Whoever opens the photo may ask again, and it is cut once the file can be read.
    bench.operation.change("update media_item set address = :address where id = :id", address=whole, id=photo)
    with pytest.raises(NotFound):
        ask(bench, bench.operation.person("PE"), photo)
    for person in (bench.operation.person("EC", "analyst"), me):
        ask(bench, person, photo)
        assert made(bench, me, photo).refusal is None
    bench.work()
    assert made(bench, me, photo).state == "made"
    assert bench.operation.kinds().count("tiles:asked") == 2


def test_tiles_are_erased_after_a_day_and_made_again_when_asked_for(bench: Bench, photo: UUID) -> None:
    me = bench.operation.person("EC")
    ask(bench, me, photo)
    bench.work()
    before = objects(bench)
    with bench.app.write(me) as tx:
        view_media_item(tx, photo)
    bench.operation.change("update picture_tiles set asked_at = asked_at - interval '25 hours'")

    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert made(bench, me, photo).state == "ended"
    with pytest.raises(NotFound):
        tile(bench, me, photo, 0, 0, 0)
    bench.work()
    assert made(bench, me, photo).state is None
    assert objects(bench) == before - 1
    ask(bench, me, photo)
    bench.work()
    assert pixels_of(bench, tile(bench, me, photo, 0, 0, 0)).shape == (512, 512, 3)


def test_a_worker_that_ends_in_the_middle_leaves_nothing_half_made_and_another_makes_it(
    bench: Bench, photo: UUID
) -> None:
    me = bench.operation.person("EC")
    ask(bench, me, photo)
    bench.operation.change("update job set state = 'done' where kind <> 'cut_picture' and state <> 'done'")
    with bench.tools.db.write(bench.tools.service_id) as tx:
        job = jobs.take(tx, ["cut_picture"])
    assert job is not None
    # Everything is computed, and the worker is gone before it writes; its lease is over half a minute later.
    with drain.Attempt(bench.tools, job):
        from workers.tiles import cut_picture

        effects = cut_picture(bench.tools, job)
    assert made(bench, me, photo).state == "asked"
    assert bench.one("select address, starts from picture_tiles where media_item_id = :id", id=photo).address is None
    bench.operation.change("update job set lease_until = now() - interval '1 s' where id = :id", id=job.id)

    bench.operation.change("update job set state = 'waiting', lease_until = null where id = :id", id=job.id)
    bench.work()

    assert made(bench, me, photo).state == "made"
    with bench.tools.db.write(bench.tools.service_id) as tx:
        effects(tx)  # the first worker was only slow: what it made is the same, and nobody waits for it any more
    assert bench.operation.kinds().count("tiles:made") == 1
