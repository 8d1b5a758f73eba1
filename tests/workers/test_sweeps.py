"""When no other work waits media are looked at again in full size: what that finds goes the way of every face, and what
people said stays.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import av
import numpy as np
import pytest
from PIL import Image

from tests.support.bench import Bench
from tests.support.sandbox_material import animated, plain
from tests.support.work_material import Material
from workers import sweeps as sweeping
from workers.sweeps import give_up_sweep, moments_of, sweep_photo
from workspace.analysis.sweep import KnownFace
from workspace.analysis.tiles import tiles_of
from workspace.commands.boxes import take_face_away
from workspace.commands.operations import change_operation_settings
from workspace.commands.sweeps import want_sweeps
from workspace.commands.texts import want_texts
from workspace.model.jobs import Taken, nothing_else_waits, outstanding, want
from workspace.queries.exhibits import exhibit_page
from workspace.queries.intake import intake_report
from workspace.queries.medium import MediumPage, medium_page

FACES = "select * from face where operation_id = :operation and media_item_id = :medium order by box[1], box[2], id"


def page(bench: Bench, medium: UUID, country: str = "EC") -> MediumPage:
    with bench.app.read(bench.operation.person(country)) as view:
        return medium_page(view.session, medium)


def medium_of(bench: Bench, exhibit: UUID) -> UUID:
    found: UUID = bench.one(
        "select media_item_id as id from received_file where exhibit_id = :exhibit", exhibit=exhibit
    ).id
    return found


def job_of(bench: Bench, medium: UUID, kind: str = "sweep_photo") -> Taken:
    return Taken(uuid4(), kind, medium, bench.operation.id, 1, datetime.now(UTC))


def without_time(rows: list[Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row._mapping.items() if name != "changed_in"} for row in rows]


def test_small_faces_are_found_matched_marked_and_told_and_what_people_said_stays(
    bench: Bench, material: Material
) -> None:
    operation = bench.operation
    me, lead = operation.person("EC"), operation.person("EC", "operation_lead")
    exhibit = bench.bring("EC", material.crowd())
    bench.bring("PE", material.portrait())
    medium = medium_of(bench, exhibit)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        assert (nothing_else_waits(tx.session), want_sweeps(tx)) == (False, 0)  # what is to be read first still waits
    bench.work()
    first = bench.rows(FACES, medium=medium)
    assert (len(first) < 7, {face.quality_word for face in first} <= {"poor"}) == (True, True)
    assert page(bench, medium).sweep.state == "waits"
    assert bench.rows("select 1 from lead where operation_id = :operation") == []

    # An operation lead may do without it.
    with bench.app.write(lead) as tx:
        change_operation_settings(tx, operation.id, sweeps=False)
    assert (bench.sweep(), page(bench, medium).sweep.state) == (0, "none")
    with bench.app.write(lead) as tx:
        change_operation_settings(tx, operation.id, sweeps=True)
    assert operation.kinds()[-2:] == ["operation:setting_changed"] * 2

    # A sweep whose write is lost leaves nothing; nobody waits for what is done when there is time.
    effects = sweep_photo(bench.tools, job_of(bench, medium))
    with suppress(ZeroDivisionError), bench.tools.db.write(bench.tools.service_id) as tx:
        effects(tx)
        raise ZeroDivisionError
    assert bench.rows(FACES, medium=medium) == first
    assert bench.sweep() == 2
    with bench.tools.db.read(bench.tools.service_id) as view:
        assert outstanding(view.session, operation.id) == {}

    found = bench.rows(FACES, medium=medium)
    assert len(found) == 7
    known = {face.id for face in first}
    assert {(face.by_sweep == (face.id not in known), face.frame_width) for face in found} == {(True, 3200)}
    persons = [face.person_id for face in found if face.person_id]
    assert len(set(persons)) == len(persons) >= 5
    assert "media:swept" in operation.kinds()
    assert bench.one("select kind from lead where operation_id = :operation").kind == "same_face"
    seen = page(bench, medium)
    assert (seen.sweep.state, seen.sweep.faces, seen.sweep.is_whole) == ("swept", 7 - len(first), True)
    assert sum(face.by_sweep for face in seen.faces) == 7 - len(first)
    with bench.app.read(me) as view:
        report, shown = intake_report(view.session, operation.id), exhibit_page(view.session, exhibit)
    assert (report.sweeps.swept, report.sweeps.waits, report.sweeps.faces, shown.sweeps.faces) == (
        2,
        0,
        *[7 - len(first)] * 2,
    )
    assert (report.faces, shown.sweeps.swept) == (8, 1)

    # A vector that is made anew is the same one.
    vector = "select embedding::real[] as v from face where id = :id"
    face = next(face for face in found if face.by_sweep)
    was = np.array(bench.one(vector, id=face.id).v)
    operation.change("update face set embedding = null where id = :id", id=face.id)
    with bench.tools.db.write(bench.tools.service_id) as tx:
        want(tx, "embed_faces", medium, operation.id)
    bench.work()
    assert np.array(bench.one(vector, id=face.id).v) @ was > 0.999

    # Nothing is found twice; a box that people took away is not found anew, nor is one that stands.
    assert bench.sweep() == 0
    with bench.tools.db.write(bench.tools.service_id) as tx:
        effects(tx)
    with bench.app.write(me) as tx:
        take_face_away(tx, found[0].id)
    bench.work()
    before = without_time(bench.rows(FACES, medium=medium))
    operation.change("delete from media_sweep where media_item_id = :medium", medium=medium)
    assert bench.sweep() == 1
    assert without_time(bench.rows(FACES, medium=medium)) == before
    assert page(bench, medium).sweep.faces == 0


def test_a_turned_picture_is_looked_at_in_all_orientations_and_a_poor_face_is_seen_better(
    bench: Bench, material: Material
) -> None:
    exhibit = bench.bring("EC", material.crowd("turned.jpg", height=40, turned_deg=90))
    bench.work()
    medium = medium_of(bench, exhibit)
    first = bench.rows(FACES, medium=medium)
    bench.sweep()
    found = bench.rows(FACES, medium=medium)
    assert len(found) == 7
    assert {face.id for face in first} <= {face.id for face in found}
    assert sum(face.person_id is not None for face in found) > sum(face.person_id is not None for face in first)
    assert all(abs(abs(face.roll_deg) - 90) < 30 for face in found if face.by_sweep)

    # What is poor, nobody's and untouched is described anew where it is seen better; its row stays.
    poor = next(face for face in found if face.person_id and face.by_sweep)
    bench.operation.change(
        "update face set quality_word = 'poor', quality = 0, person_id = null, by_sweep = false, frame_width = "
        "frame_width / 2, "
        "frame_height = frame_height / 2, box = array[box[1] / 2, box[2] / 2, box[3] / 2, box[4] / 2] where id = :id",
        id=poor.id,
    )
    bench.operation.change("delete from media_sweep where media_item_id = :medium", medium=medium)
    bench.sweep()
    again = bench.one("select * from face where id = :id", id=poor.id)
    assert (again.quality_word, again.frame_width, again.by_sweep) == (poor.quality_word, poor.frame_width, False)
    assert again.person_id is not None
    assert len(bench.rows(FACES, medium=medium)) == 7
    sweep = page(bench, medium).sweep
    assert (sweep.faces, sweep.bettered) == (0, 1)


def test_a_video_is_looked_at_once_a_shot_and_what_cannot_be_looked_at_is_said(
    bench: Bench, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = bench.bring("EC", material.video())
    bench.work()
    video = medium_of(bench, exhibit)
    before = bench.rows(FACES, medium=video)
    assert bench.sweep() == 1
    assert bench.rows(FACES, medium=video) == before  # what the first look finds is not found again
    assert (page(bench, video).sweep.state, page(bench, video).sweep.is_whole) == ("swept", True)

    crowd = medium_of(bench, bench.bring("EC", material.crowd_video()))
    bench.work()
    tracks = len(bench.rows("select 1 from track where media_item_id = :medium", medium=crowd))
    bench.sweep()
    more = page(bench, crowd).sweep.faces
    found = bench.rows(
        "select f.*, t.start_s, t.end_s from face f join track t on t.id = f.track_id where f.by_sweep and "
        "f.operation_id = :operation"
    )
    assert (len(found), tracks + more >= 6, {face.media_item_id for face in found}) == (more, True, {crowd})
    assert more >= 3
    assert {(face.at_s, face.start_s, face.end_s, face.frame_width) for face in found} == {(1.5, 1.5, 1.5, 3200)}

    monkeypatch.setattr(sweeping, "PHOTO_S", 0.0)
    late = medium_of(bench, bench.bring("EC", material.crowd("late.jpg", height=50)))
    lost = medium_of(bench, bench.bring("EC", material.landscape("lost.jpg", seed=90)))
    hidden = medium_of(bench, bench.bring("EC", material.landscape("hidden.jpg", seed=91), sharing="agency"))
    bench.work()
    with bench.tools.db.write(bench.tools.service_id) as tx:
        give_up_sweep(tx, job_of(bench, lost))
    bench.sweep()
    for medium in (late, lost):
        assert (page(bench, medium).sweep.state, page(bench, medium).sweep.is_whole) == ("swept", False)
    with bench.app.read(bench.operation.person("PE")) as view:
        assert intake_report(view.session, bench.operation.id).sweeps.swept == 4
    with bench.app.read(bench.operation.person("EC")) as view:
        assert intake_report(view.session, bench.operation.id).sweeps.partly == 3
    assert bench.one("select count(*) as n from media_sweep where media_item_id = :id", id=hidden).n == 1


@pytest.mark.parametrize("name", ["PNG", "GIF", "WEBP", "AVIF", "motion photo"])
def test_what_moves_in_a_photo_is_looked_at_again_as_a_video_is(
    bench: Bench, material: Material, tmp_path: Path, name: str
) -> None:
    if name == "motion photo":
        content = material.landscape("still.jpg", seed=92).read_bytes() + material.crowd_video().read_bytes()
    else:
        with Image.open(material.crowd("shown.jpg", height=22)) as crowd:
            part = crowd.convert("RGB").crop((0, 0, 1920, 512))
        fine = (
            {"quality": 100, "subsampling": "4:4:4"} if name == "AVIF" else {}
        )  # faces of 22 pixels do not survive its usual compression
        content = animated(name, [plain(1, part.size), part], duration=400, **fine)
    path = tmp_path / "moving"
    path.write_bytes(content)
    medium = medium_of(bench, bench.bring("EC", path))
    bench.work()
    first = bench.rows(FACES, medium=medium)

    assert bench.sweep() == 1

    seen = page(bench, medium).sweep
    found = bench.rows("select * from face where media_item_id = :medium and by_sweep", medium=medium)
    assert (seen.state, seen.is_whole, seen.faces) == ("swept", True, len(found))
    assert found, len(first)
    assert len(first) + len(found) >= 5
    width = 3200 if name == "motion photo" else 1920
    assert all(face.at_s is not None and face.frame_width == width and face.track_id for face in found)


def test_without_consent_nothing_is_looked_at_again(bench: Bench, material: Material) -> None:
    medium = medium_of(bench, bench.bring("EC", material.crowd("no.jpg", height=30)))
    bench.work()
    first = bench.rows(FACES, medium=medium)
    effects = sweep_photo(bench.tools, job_of(bench, medium))
    bench.operation.change(
        "update participation set face_recognition = false where operation_id = :id and country = 'EC'",
        id=bench.operation.id,
    )
    with bench.tools.db.write(bench.tools.service_id) as tx:
        effects(tx)
    assert bench.rows(FACES, medium=medium) == first
    assert (bench.sweep(), page(bench, medium).sweep.state) == (0, "none")

    # Nor is what a list of known material says need not be read, for faces or for text.
    bench.operation.change(
        "update participation set face_recognition = true where operation_id = :id", id=bench.operation.id
    )
    assert page(bench, medium).sweep.state == "waits"
    bench.operation.change("update media_item set unseen = '{known}' where id = :id", id=medium)
    assert (bench.sweep(), page(bench, medium).sweep.state) == (0, "none")
    with bench.tools.db.write(bench.tools.service_id) as tx:
        want_texts(tx)
    assert bench.rows("select 1 from job where kind = 'read_text' and subject_id = :id", id=medium) == []


def test_tiles_cover_a_picture_and_moments_a_video() -> None:
    for height, width in ((3000, 4000), (20000, 790), (1280, 1280), (100, 50_000), (1281, 1281)):
        tiles = tiles_of(height, width, 1280, 256)
        assert (max(tile.right for tile in tiles), max(tile.bottom for tile in tiles)) == (width, height)
        assert all(tile.right - tile.left <= 1280 and tile.bottom - tile.top <= 1280 for tile in tiles)
        for x, y in np.random.default_rng(1).random((200, 2)) * (max(0, width - 247), max(0, height - 247)):
            box = np.array([x, y, min(x + 247, width), min(y + 247, height)], np.float32)
            assert any(
                tile.left <= box[0] and tile.top <= box[1] and box[2] <= tile.right and box[3] <= tile.bottom
                and not tile.cuts(box - np.tile(tile.corner, 2))
                for tile in tiles
            )  # fmt: skip
    assert moments_of(12.0, [2.0]) == [(0, 1.0), (1, 4.5), (1, 9.5)]
    assert moments_of(0.0, []) == [(0, 0.0)]
    outer = KnownFace(np.array([0, 0, 100, 100], np.float32), is_upright=True)
    inner = np.array([40, 40, 60, 60], np.float32)
    assert outer.holds(inner)
    assert not KnownFace(outer.box, is_upright=False, is_none=True).holds(inner)


def test_a_photo_of_which_a_part_is_lost_inside_is_no_longer_called_complete(bench: Bench, material: Material) -> None:
    sound = material.group().read_bytes()
    broken = material.folder / "lost_inside.jpg"
    broken.write_bytes(sound[: len(sound) // 2] + bytes(4096) + sound[len(sound) // 2 + 4096 :])
    medium = medium_of(bench, bench.bring("EC", broken))
    bench.work()
    assert (page(bench, medium).unseen, page(bench, medium).state) == ([], "read")

    bench.sweep()

    assert (page(bench, medium).unseen, page(bench, medium).sweep.is_whole) == (["damaged"], False)
    with bench.app.read(bench.operation.person("EC")) as view:
        report = intake_report(view.session, bench.operation.id)
    assert [(line.part, line.files) for line in report.unseen] == [("damaged", 1)]


def test_a_face_that_is_shown_between_two_samples_is_found_where_the_coder_saw_the_scene_change(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    with Image.open(material.portrait()) as portrait, Image.open(material.landscape("scene.jpg", seed=93)) as scene:
        calm, brief = (each.convert("RGB").resize((480, 480)) for each in (scene, portrait))
    path = tmp_path / "brief.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream(
            "libx264", rate=25, options={"g": "250", "preset": "ultrafast", "sc_threshold": "40"}
        )
        stream.width, stream.height, stream.pix_fmt = 480, 480, "yuv420p"
        for number in range(30 * 25):
            frame = av.VideoFrame.from_image(brief if 105 <= number < 120 else calm)  # 4.2 to 4.8 s
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    medium = medium_of(bench, bench.bring("EC", path))
    bench.work()
    assert bench.rows(FACES, medium=medium) == []

    bench.sweep()

    [face] = bench.rows("select at_s, by_sweep from face where media_item_id = :medium", medium=medium)
    assert (face.by_sweep, 4.2 <= face.at_s < 4.8) == (True, True)
    assert page(bench, medium).sweep.is_whole
