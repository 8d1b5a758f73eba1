"""Copies of photos that are covered in part: found when nothing else waits, at home and abroad."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageDraw, ImageOps
from sqlalchemy import text

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.parts import want_parts
from workspace.search import parts


def look(bench: Bench) -> int:
    """Have housekeeping want what was not looked at here, and do it; how many photos that was."""
    bench.operation.change(
        "update media_item set parts_hashed_in = 1 where operation_id <> :operation", operation=bench.operation.id
    )
    with bench.tools.db.write(bench.tools.service_id) as tx:
        wanted = want_parts(tx)
    bench.work()
    return wanted


def covered(source: Path, path: Path, how: str) -> Path:
    """A copy of a photo, smaller and compressed again, with something over a part of it."""
    with Image.open(source) as picture:
        copy = picture.convert("RGB").resize((480, 480))
    draw = ImageDraw.Draw(copy)
    if how == "sticker":
        draw.ellipse((140, 110, 330, 300), fill=(250, 210, 40), outline=(20, 20, 20), width=4)
    elif how == "caption":
        draw.rectangle((0, 390, 480, 480), fill=(15, 15, 15))
        draw.text((20, 420), "look what I have here", fill=(240, 240, 240), font_size=30)
    elif how == "logo":
        draw.rectangle((0, 0, 210, 105), fill=(190, 30, 30))
        draw.text((30, 30), "CHANNEL", fill=(255, 255, 255), font_size=34)
    if how == "sticker":
        copy = ImageOps.mirror(copy)
    copy.save(path, quality=72)
    return path


def pairs(bench: Bench) -> set[frozenset[str]]:
    of = "select path, media_item_id as id from received_file where operation_id = :operation"
    names = {row.id: row.path.split(".")[0] for row in bench.rows(of)}
    near = bench.rows("select media_item_id, like_id from near_copy where operation_id = :operation")
    return {frozenset((names[row.media_item_id], names[row.like_id])) for row in near}


def test_what_a_sticker_or_a_caption_covers_is_a_near_copy_and_what_bears_the_same_caption_is_none(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    original, other = material.portrait(), material.portrait("another.jpg", turned_deg=12)
    bench.bring(
        "PE",
        original,
        covered(original, tmp_path / "sticker.jpg", "sticker"),
        covered(original, tmp_path / "caption.jpg", "caption"),
        covered(other, tmp_path / "same-caption.jpg", "caption"),
        covered(material.group(), tmp_path / "group-caption.jpg", "caption"),
    )
    bench.bring("CL", covered(original, tmp_path / "logo.jpg", "logo"))
    bench.work()
    assert pairs(bench) == set()

    assert look(bench) == 6

    copies = {frozenset(("portrait", "sticker")), frozenset(("portrait", "caption")), frozenset(("sticker", "caption"))}
    assert pairs(bench) & copies >= {frozenset(("portrait", "sticker")), frozenset(("portrait", "caption"))}
    assert pairs(bench) <= copies
    near = bench.rows("select distance, percent from near_copy where operation_id = :operation")
    assert all(row.distance > 31 and 66 <= row.percent <= 100 for row in near)
    lead = bench.one("select kind, countries from lead where operation_id = :operation and kind = 'near_copy'")
    assert lead.countries == ["CL", "PE"]
    assert look(bench) == 0


def test_a_photo_that_was_read_before_borders_were_looked_for_gets_the_hash_inside_and_is_matched(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    original, framed = material.landscape("plain.jpg", seed=71), tmp_path / "framed.jpg"
    with Image.open(original) as picture:
        ImageOps.expand(picture.convert("RGB").resize((480, 360)), (60, 90, 60, 90), fill=(8, 8, 8)).save(framed)
    bench.bring("PE", original, framed)
    bench.work()
    found = pairs(bench)
    bench.operation.change("update media_item set pdq_inner = '{}' where operation_id = :id", id=bench.operation.id)
    bench.operation.change("delete from near_copy where operation_id = :id", id=bench.operation.id)

    look(bench)

    inner = "select cardinality(pdq_inner) as hashes from media_item where operation_id = :operation"
    assert sorted(row.hashes for row in bench.rows(inner)) == [0, 8]
    assert pairs(bench) == found == {frozenset(("plain", "framed"))}


def test_parts_go_behind_the_lock_of_their_photo_and_a_photo_of_nothing_has_none(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    grey = tmp_path / "grey.png"
    Image.new("RGB", (300, 300), (120, 120, 120)).save(grey)
    bench.bring("PE", material.portrait(), grey)
    bench.work()
    look(bench)

    (row,) = bench.rows("select * from picture_part where operation_id = :operation")
    closed = bench.operation.compartment("PE", "agency")
    bench.operation.change(
        "update media_item set compartment_id = :closed where id = :id", closed=closed, id=row.media_item_id
    )

    assert len(row.hashes) == 512
    moved = bench.one("select compartment_id from picture_part where operation_id = :operation")
    assert moved.compartment_id == closed
    read = "select 1 from picture_part where operation_id = :operation"
    with bench.app.read(bench.operation.person("CL", "analyst")) as view:
        assert view.session.execute(text(read), {"operation": bench.operation.id}).all() == []


def test_what_nobody_asks_for_is_let_go() -> None:
    index = parts.kept_parts("a database", 1, now=lambda: 0.0)
    index.add({UUID(int=1): bytes(512)})
    assert parts.kept_parts("a database", 1, now=lambda: 1.0) is index

    parts.let_go(now=lambda: 2.0 + parts.REST_S)

    assert parts.kept_parts("a database", 1, now=lambda: 0.0) is not index


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    parts.let_go(now=lambda: float("inf"))
