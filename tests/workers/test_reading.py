"""Reading a medium: what comes out of the sandbox becomes rows, and nothing else does."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from tests.support.bench import Bench
from tests.support.odd_videos import several_tracks
from tests.support.sandbox_material import animated, exif_block, plain
from tests.support.work_material import Material
from workers import reading as reading
from workers.persons import CROP_PX, VEIL_PX, Cutting, crop, cut_out
from workers.tools import WorkerTools
from workspace.commands.persons import split_person
from workspace.commands.readings import refuse_media
from workspace.errors import Forbidden
from workspace.queries.intake import intake_report
from workspace.queries.medium import medium_page


def test_six_faces_in_one_picture_are_six_persons_with_crops_and_veils(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.group())

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    faces = bench.rows("select * from face where operation_id = :operation")
    assert medium.state == "read"
    assert (medium.width, medium.height, medium.kind) == (1280, 886, "photo")
    assert len(medium.pdq) == 32
    assert len(faces) == 6
    assert len({face.person_id for face in faces if face.person_id}) == len(
        [f for f in faces if f.quality_word != "poor"]
    )
    assert {face.model_digest for face in faces} == {bench.tools.engine.pack.recogniser_sha256}
    crop = Image.open(io.BytesIO(bench.tools.store.read_bytes(faces[0].crop_address, key=bench.key)))
    veil = Image.open(io.BytesIO(bench.tools.store.read_bytes(faces[0].veil_address, key=bench.key)))
    assert (crop.size, veil.size) == ((512, 512), (VEIL_PX, VEIL_PX))
    with Image.open(io.BytesIO(bench.tools.store.read_bytes(medium.veil_address, key=bench.key))) as whole:
        shown = np.asarray(whole.convert("RGB"), int)
    assert (max(shown.shape), np.ptp(shown, axis=2).max() < 4) == (10, True)  # ten pixels, grey
    assert "media:read" in bench.operation.kinds()


def test_two_photos_of_one_adult_are_one_person(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.portrait(), material.portrait("turned.jpg", turned_deg=12))

    bench.work()

    person = bench.one("select * from person where operation_id = :operation")
    assert person.face_count == 2
    assert bench.rows("select 1 from lead where operation_id = :operation") == []


def test_what_people_split_stays_two_persons_when_the_machine_groups_again(bench: Bench, material: Material) -> None:
    """A split is a cannot-link: whoever comes next goes to one of the two, and nobody is put together again."""
    bench.bring("EC", material.portrait(), material.portrait("turned.jpg", turned_deg=12))
    bench.work()
    number = bench.one("select number from person where operation_id = :operation").number
    first, second = bench.rows("select id from face where operation_id = :operation order by id")
    with bench.app.write(bench.operation.person("EC")) as tx:
        split = split_person(tx, bench.operation.id, number, [second.id])

    bench.bring("EC", material.portrait("third.jpg", turned_deg=-8))
    bench.work()

    whose = {
        row.id: row.number
        for row in bench.rows(
            "select f.id, p.number from face f join person p on p.id = f.person_id where f.operation_id = :operation"
        )
    }
    assert (whose.pop(first.id), whose.pop(second.id)) == (number, split.number)
    assert set(whose.values()) < {number, split.number}
    assert len(bench.rows("select 1 from person where operation_id = :operation and merged_into is null")) == 2


def test_one_adult_in_a_sheet_and_a_mirror_is_one_person_until_somebody_says_two(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.sheet())
    bench.work()

    medium = bench.one("select id from media_item where operation_id = :operation")
    me = bench.operation.person("EC")
    with bench.app.read(me) as view:
        faces = medium_page(view.session, medium.id).faces
    assert len({face.person for face in faces}) == 1
    assert sum(face.is_joined for face in faces) == len(faces) - 1 == 2

    taken_out = next(face for face in faces if face.is_joined)
    assert taken_out.person is not None
    with bench.app.write(me) as tx:
        split_person(tx, bench.operation.id, taken_out.person, [taken_out.id])
    bench.bring("EC", material.sheet("again.jpg", quality=70))  # other bytes
    bench.bring("EC", material.sheet(), sharing="agency")  # the same ones, apart
    bench.work()

    of = "select media_item_id, person_id, joined_with from face where operation_id = :operation and media_item_id <> :first"
    later = bench.rows(of, first=medium.id)
    assert len(later) == len({(face.media_item_id, face.person_id) for face in later}) == 6
    assert not any(face.joined_with for face in later)
    with bench.app.read(me) as view:
        assert sum(face.is_joined for face in medium_page(view.session, medium.id).faces) == 1


def test_the_same_adult_in_two_compartments_is_two_persons(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.portrait())
    bench.bring("EC", material.portrait("turned.jpg", turned_deg=12), sharing="agency")

    bench.work()

    assert len(bench.rows("select 1 from person where operation_id = :operation")) == 2


def test_a_photo_that_breaks_off_is_read_as_far_as_it_goes_and_says_so(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.cut())

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    assert (medium.state, medium.unseen) == ("read", ["end"])
    assert bench.rows("select 1 from face where operation_id = :operation")
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, bench.operation.id)
    assert (report.partly_read, [(each.part, each.files) for each in report.unseen]) == (1, [("end", 1)])


def test_a_photo_of_which_nothing_can_be_seen_is_refused_with_its_reason_and_kept(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.cut("headers.jpg", share=0.003))

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    assert (medium.state, medium.refusal) == ("refused", "truncated")
    content = (material.folder / "headers.jpg").read_bytes()
    assert bench.tools.store.read_bytes(medium.address, key=bench.key) == content
    assert bench.operation.kinds()[-1] == "media:refused"


def test_all_pictures_of_a_file_and_the_video_inside_it_are_looked_at(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    path = tmp_path / "moving.jpg"
    still, portrait = material.landscape("still.jpg", seed=71), material.portrait()
    path.write_bytes(still.read_bytes() + portrait.read_bytes() + material.video().read_bytes())
    bench.bring("EC", path)

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    faces = bench.rows("select part, at_s, person_id from face where operation_id = :operation")
    assert (medium.kind, medium.width, medium.unseen) == ("photo", 640, [])
    assert {(face.part, face.at_s is None) for face in faces} == {(2, True), (1, False)}
    assert len({face.person_id for face in faces}) == 1
    assert len(bench.rows("select 1 from track where operation_id = :operation")) == 2


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_is_looked_at_as_the_video_that_it_is(
    bench: Bench, material: Material, tmp_path: Path, name: str
) -> None:
    with Image.open(material.portrait()) as portrait:
        last = portrait.convert("RGB").resize((320, 320))
    path = tmp_path / f"moving.{name.lower()}"
    path.write_bytes(animated(name, [plain(n, (320, 320)) for n in range(5)] + [last, last.rotate(3)]))
    bench.bring("EC", path)

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    faces = bench.rows("select at_s, track_id, person_id from face where operation_id = :operation")
    assert (medium.kind, medium.state, medium.duration_s, medium.unseen) == ("photo", "read", None, [])
    assert {face.at_s for face in faces} == {0.5, 0.6}
    assert len({face.track_id for face in faces}) == len({face.person_id for face in faces}) == 1


@pytest.mark.parametrize("name", ["GIF", "PNG"])
def test_an_animation_that_breaks_off_says_so_in_the_intake_report(bench: Bench, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"cut.{name.lower()}"
    whole = animated(name, [plain(n, (320, 320)) for n in range(40)])
    path.write_bytes(whole[: len(whole) * 3 // 4])
    bench.bring("EC", path)

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    with bench.app.read(bench.operation.person("EC", "specialist")) as view:
        report = intake_report(view.session, bench.operation.id)
    assert (medium.state, medium.unseen) == ("read", ["end"])
    assert (report.partly_read, [(each.part, each.files) for each in report.unseen]) == (1, [("end", 1)])


def test_a_video_inside_a_photo_that_cannot_be_read_is_said_to_be_unseen(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    path = tmp_path / "broken.jpg"
    video = material.video().read_bytes()
    path.write_bytes(material.portrait().read_bytes() + video.replace(b"avc1", b"none"))
    bench.bring("EC", path)

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    assert (medium.state, medium.unseen) == ("read", ["video"])


def test_where_a_country_forbids_face_recognition_its_media_are_read_without_faces(
    bench: Bench, material: Material
) -> None:
    bench.operation.change(
        "update participation set face_recognition = false where operation_id = :id and country = 'EC'",
        id=bench.operation.id,
    )
    bench.bring("EC", material.portrait())

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    assert medium.state == "read"
    assert medium.preview_address
    assert bench.rows("select 1 from face where operation_id = :operation") == []


@pytest.mark.parametrize("may_wait", [reading.CUTTINGS_BYTES, 0], ids=["faces wait", "no face waits"])
def test_a_video_becomes_tracks_with_their_best_faces_and_one_person(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch, may_wait: int
) -> None:
    monkeypatch.setattr(reading, "CUTTINGS_BYTES", may_wait)
    bench.bring("EC", material.video())

    bench.work()

    medium = bench.one("select * from media_item where operation_id = :operation")
    tracks = bench.rows("select * from track where operation_id = :operation order by start_s")
    faces = bench.rows("select * from face where operation_id = :operation")
    assert medium.kind == "video"
    assert medium.duration_s == pytest.approx(6, abs=0.3)
    assert len(tracks) == 2
    assert tracks[0].end_s < 2 <= tracks[1].start_s
    assert {face.track_id for face in faces} == {track.id for track in tracks}
    assert len({face.person_id for face in faces}) == 1
    assert all(face.at_s is not None and face.frame_width == 480 for face in faces)


def test_one_adult_in_two_video_tracks_of_one_file_is_one_person(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    with Image.open(material.portrait()) as picture:
        portrait = picture.convert("RGB")
    path = tmp_path / "two-tracks.mp4"
    path.write_bytes(several_tracks(portrait.resize((320, 320)), portrait.resize((480, 480))))
    bench.bring("EC", path)

    bench.work()

    assert len(bench.rows("select 1 from track where operation_id = :operation")) == 2
    assert bench.one("select * from person where operation_id = :operation").face_count >= 2
    assert bench.one("select * from media_item where operation_id = :operation").unseen == []


def test_a_face_gives_the_same_crop_from_its_cut_out_as_from_the_whole_picture(
    tools: WorkerTools, material: Material
) -> None:
    with Image.open(material.group()) as picture:
        whole_picture = np.asarray(picture.convert("RGB"))
    at_the_edges = whole_picture[:, 150:900]  # faces cut by the picture's border too

    uncut_picture = Cutting(at_the_edges, 0, 0, at_the_edges.shape[1], at_the_edges.shape[0])

    found = tools.engine.find(at_the_edges)

    assert len(found) >= 3
    for face in found:
        cut, uncut = (
            np.asarray(Image.open(io.BytesIO(crop(face, source, CROP_PX))).convert("RGB")).astype(int)
            for source in (cut_out(face, at_the_edges), uncut_picture)
        )
        assert np.abs(cut - uncut).mean() < 1


def test_a_face_seen_briefly_beside_a_better_one_keeps_its_track(
    bench: Bench, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FACES_PER_TRACK", 1)
    bench.bring("EC", material.video_of_two())

    bench.work()

    tracks = bench.rows("select * from track where operation_id = :operation order by sample_count")
    faces = bench.rows("select * from face where operation_id = :operation")
    assert len(tracks) == 2
    assert (tracks[0].start_s, tracks[0].end_s) == (pytest.approx(2, abs=0.6), pytest.approx(2.5, abs=0.6))
    assert sorted(face.track_id for face in faces) == sorted(track.id for track in tracks)
    assert len({face.person_id for face in faces}) == 2


def test_a_video_that_breaks_off_is_read_as_far_as_it_goes_and_said_to_be_incomplete(
    bench: Bench, material: Material
) -> None:
    bench.bring("EC", material.cut_video(), material.landscape("whole.jpg", seed=31))

    bench.work()

    media = bench.rows("select kind, state, unseen from media_item where operation_id = :operation order by kind")
    told = bench.rows(
        "select payload->>'complete' as complete from event where operation_id = :operation and kind = 'media:read'"
    )
    assert [tuple(row) for row in media] == [("photo", "read", []), ("video", "read", ["end"])]
    assert sorted(row.complete for row in told) == ["false", "true"]
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, bench.operation.id)
    assert report.partly_read == 1
    assert [(each.part, each.files) for each in report.unseen] == [("end", 1)]


def test_what_a_file_says_of_its_lens_place_software_and_time_is_kept(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    path = tmp_path / "told.jpg"
    exif = exif_block()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.SubsecTimeOriginal] = "250"
    packet = b'<x:xmpmeta xmpMM:DocumentID="xmp.did:8F6A2C319B0D4E57A1C40D93F6B7E218" xmpMM:InstanceID="xmp.iid:2"/>'
    Image.open(material.portrait()).save(path, exif=exif, xmp=packet)
    bench.bring("EC", path, material.portrait())

    bench.work()

    told, silent = bench.rows(
        """select lens_serial, software, latitude, longitude, captured_at, captured_subseconds, captured_offset,
            document,
          instance, document_key, place_country
        from media_item where operation_id = :operation order by lens_serial"""
    )
    assert tuple(told) == (
        "L-7",
        "firmware[31m 1.2",
        -33.86,
        151.2,
        "2021-07-04T18:30:05+02:00",
        "250",
        "+02:00",
        "xmp.did:8F6A2C319B0D4E57A1C40D93F6B7E218",
        "xmp.iid:2",
        "8f6a2c319b0d4e57a1c40d93f6b7e218",
        "AU",
    )
    assert set(silent) == {None}


def test_a_clock_that_cannot_be_right_is_kept_as_such_and_its_time_is_not(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    """Never set, ahead of its receipt, before its camera was sold, right, and none."""
    stated = {
        "zeros": ("0000:00:00 00:00:00", "X-1"),
        "future": ("2199:01:01 10:00:00", "X-1"),
        "before_model": ("2015:05:05 10:00:00", "iPhone 13"),
        "plausible": ("2022:05:05 10:00:00", "iPhone 13"),
        "missing": ("    :  :     :  :  ", "X-1"),
    }
    paths = []
    for number, (name, (when, model)) in enumerate(stated.items()):
        exif = Image.Exif()
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Apple", model
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = when
        paths.append(tmp_path / f"{name}.jpg")
        Image.open(material.landscape(f"clock-{number}.jpg", seed=140 + number)).save(paths[-1], exif=exif)
    bench.bring("EC", *paths)

    bench.work()

    found = bench.rows(
        """select r.path, m.clock, m.clock_claim, m.captured_at from media_item m join received_file r on
            r.media_item_id = m.id
        where m.operation_id = :operation"""
    )
    assert {row.clock for row in found} == set(stated)
    assert {row.path.split("/")[-1][:-4]: row.clock for row in found} == {name: name for name in stated}
    assert {row.clock: row.clock_claim for row in found} == {
        "zeros": "0000:00:00 00:00:00",
        "future": "2199:01:01 10:00:00",
        "before_model": "2015-05-05T10:00:00",
        "plausible": None,
        "missing": None,
    }
    assert [row.captured_at for row in found if row.captured_at] == ["2022-05-05T10:00:00"]


def test_reading_twice_changes_nothing(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.portrait())
    bench.work()
    before = bench.operation.kinds()

    bench.operation.change(
        "update job set state = 'waiting' where operation_id = :id and kind = 'read_media'", id=bench.operation.id
    )
    bench.work()

    assert bench.operation.kinds() == before
    assert len(bench.rows("select 1 from face where operation_id = :operation")) == 1


def test_a_person_may_not_write_what_workers_find(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.landscape("land-person.jpg", seed=9))
    medium = bench.one("select id from media_item where operation_id = :operation")

    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        refuse_media(tx, medium.id, reason="damaged")
