"""Text in pictures is read when nothing else waits, stands beside the medium, and narrows the gallery."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.support.bench import Bench
from tests.support.work_material import Material
from workers.texts import give_up_texts
from workspace.analysis.texts import plain
from workspace.commands.texts import want_texts
from workspace.errors import NotFound
from workspace.model.jobs import Taken
from workspace.queries.gallery import GalleryFilter, gallery_part
from workspace.queries.texts import MediumTexts, medium_texts
from workspace.rules.languages import languages_of, scripts_of, speaks


def sign(folder: Path, words: str) -> Path:
    picture = Image.new("RGB", (900, 600), (230, 228, 220))
    ImageDraw.Draw(picture).text((80, 240), words, fill=(20, 20, 60), font=ImageFont.load_default(64))
    path = folder / f"{words}.png"
    picture.save(path)
    return path


def texts(bench: Bench, medium: UUID, country: str = "EC") -> MediumTexts:
    with bench.app.read(bench.operation.person(country)) as view:
        return medium_texts(view.session, medium)


def wanted(bench: Bench) -> int:
    """How many media housekeeping wants to be looked at, with other operations put away."""
    bench.operation.change(
        "insert into text_reading (media_item_id, operation_id, compartment_id, reader, is_whole) select id, "
        "operation_id, "
        "compartment_id, 'another test', true from media_item where operation_id <> :operation on conflict do nothing",
        operation=bench.operation.id,
    )
    with bench.tools.db.write(bench.tools.service_id) as tx:
        return want_texts(tx)


def test_a_sign_is_read_and_found_with_or_without_accents(bench: Bench, material: Material, tmp_path: Path) -> None:
    words = "FARMACIA QUITO 1784"
    bench.bring("EC", sign(tmp_path, words), material.landscape("own.jpg", seed=5))
    of = "select r.path, r.media_item_id as id from received_file r where r.operation_id = :operation"
    media = {row.path: row.id for row in bench.rows(of)}
    assert wanted(bench) == 0  # what is to be read first still waits
    bench.work()
    assert texts(bench, media[f"{words}.png"]).read_at is None
    assert wanted(bench) == 2
    bench.work()

    found = texts(bench, media[f"{words}.png"])
    assert (found.lines[0].body, found.lines[0].scripts, found.is_whole) == (words, ["Latn"], True)
    left, top, width, height = found.lines[0].box
    assert left == pytest.approx(0.09, abs=0.05)
    assert top == pytest.approx(0.42, abs=0.08)
    assert width > 0.5
    assert height < 0.3
    assert "Cyrl" not in found.reads
    with bench.app.read(bench.operation.person("EC")) as view:
        asked = [
            [tile.id for tile in gallery_part(view.session, bench.operation.id, GalleryFilter(text=words)).tiles]
            for words in ("farmácia", "%", "peru")
        ]
    assert asked == [[media[f"{words}.png"]], [], []]
    assert wanted(bench) == 0  # nobody looks twice


def test_what_cannot_be_read_is_said_and_closed_material_tells_nothing(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.video(), sharing="agency")
    bench.work()
    [video] = [row.id for row in bench.rows("select id from media_item where operation_id = :operation")]
    job = Taken(uuid4(), "read_text", video, bench.operation.id, 5, datetime.now(UTC))
    with bench.tools.db.write(bench.tools.service_id) as tx:
        give_up_texts(tx, job)
    bench.work()

    assert (texts(bench, video).is_whole, texts(bench, video).lines) == (False, [])
    with pytest.raises(NotFound):
        texts(bench, video, "PE")
    bench.operation.change(
        "insert into picture_text (operation_id, compartment_id, media_item_id, box, body, find_key, score) "
        "select operation_id, compartment_id, id, '{0,0,1,1}', 'secret', 'secret', 1 from media_item where id = :video",
        video=video,
    )
    for country, found in (("EC", [video]), ("PE", [])):
        with bench.app.read(bench.operation.person(country)) as view:
            tiles = gallery_part(view.session, bench.operation.id, GalleryFilter(text="secret")).tiles
        assert [tile.id for tile in tiles] == found


def test_a_video_is_looked_at_now_and_then(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.video())
    bench.work()
    assert wanted(bench) == 1
    bench.work()
    [video] = [row.id for row in bench.rows("select id from media_item where operation_id = :operation")]
    assert (texts(bench, video).is_whole, texts(bench, video).reader is not None) == (True, True)


def test_letters_speak_for_languages_and_scripts_for_theirs() -> None:
    for body, scripts, languages in (
        ("Señal", ["Latn"], ["es"]),
        ("São Paulo", ["Latn"], ["pt"]),
        ("QUITO 12", ["Latn"], []),
        ("さくら学校", ["Hani", "Hrkt"], ["ja"]),
        ("12-34", [], []),
    ):
        assert (scripts_of(body), languages_of(body, scripts_of(body))) == (scripts, languages)
    assert "es" in speaks("EC")
    assert plain("e\u0301\u200bA\n") == "\u00e9A"
