from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workspace.analysis.faces import FaceEngine, FoundFace
from workspace.analysis.quality import Quality
from workspace.analysis.tracks import FoundTrack, FrameFaces, TrackJoiner

Pixels = npt.NDArray[np.uint8]


def face(cosine: float, left: float = 0, *, score: float = 0.5, axis: int = 1) -> FoundFace:
    """A face of 100 px whose cosine to `face(1)` is given; `axis` tells different people apart."""
    embedding = np.zeros(8, np.float32)
    embedding[0], embedding[axis] = cosine, np.sqrt(1 - cosine**2)
    return FoundFace(
        box=np.array([left, 0, left + 100, 100], np.float32),
        landmarks=np.zeros((5, 2), np.float32),
        detection_score=0.9,
        quality=Quality(40.0, 10.0, 0.0, 0.0, score, "usable"),
        embedding=embedding,
    )


def frames(*faces: FoundFace, step_s: float = 1.0) -> list[FrameFaces]:
    return [FrameFaces(place * step_s, [one]) for place, one in enumerate(faces)]


def tracks_of(samples: list[FrameFaces], *, cut_before: float | None = None) -> list[FoundTrack]:
    joiner = TrackJoiner()
    for sample in samples:
        joiner.add(sample, cut=sample.time_s == cut_before)
    return joiner.tracks()


def test_the_same_face_is_one_track_with_its_best_look() -> None:
    looks = [face(1), face(0.8, left=900, score=0.9), face(0.9)]

    (track,) = tracks_of(frames(*looks))

    assert (track.start_s, track.end_s) == (0, 2)
    assert [time_s for time_s, _ in track.faces] == [0, 1, 2]
    assert track.best is looks[1]


def test_a_less_similar_face_joins_only_where_the_last_one_was() -> None:
    assert len(tracks_of(frames(face(1), face(0.35, left=50)))) == 1
    assert len(tracks_of(frames(face(1), face(0.35, left=95)))) == 2
    assert len(tracks_of(frames(face(1), face(0.29)))) == 2
    assert len(tracks_of(frames(face(1), face(0.43, left=900)))) == 1


def test_each_face_of_a_frame_is_told_its_track_while_the_frames_come() -> None:
    joiner = TrackJoiner()

    first, other = joiner.add(FrameFaces(0, [face(1), face(0, left=500, axis=2)]))
    (same,) = joiner.add(FrameFaces(1, [face(0.9)]))
    (after,) = joiner.add(FrameFaces(2, [face(1)]), cut=True)

    assert same == first
    assert after not in {first, other}
    assert [(track.id, len(track.faces)) for track in joiner.tracks()] == [(other, 1), (first, 2), (after, 1)]


def test_a_face_that_was_away_too_long_begins_a_new_track() -> None:
    assert len(tracks_of(frames(face(1), face(1), step_s=2.5))) == 1
    assert len(tracks_of(frames(face(1), face(1), step_s=2.6))) == 2


def test_a_cut_ends_every_track() -> None:
    samples = frames(face(1), face(1), face(1), face(1))

    tracks = tracks_of(samples, cut_before=2.0)

    assert [(track.start_s, track.end_s) for track in tracks] == [(0, 1), (2, 3)]


def test_two_faces_of_a_frame_never_share_a_track() -> None:
    left, right = face(1), face(0.9, left=20)
    samples = [FrameFaces(0, [left, right]), FrameFaces(1, [right, left]), FrameFaces(2, [face(0.95)])]

    tracks = tracks_of(samples)

    assert sorted(len(track.faces) for track in tracks) == [2, 3]
    for track in tracks:
        assert len({time_s for time_s, _ in track.faces}) == len(track.faces)
        assert len({id(one) for _, one in track.faces if one is not samples[2].faces[0]}) == 1


def test_no_frames_have_no_tracks() -> None:
    assert tracks_of([]) == []
    assert tracks_of([FrameFaces(0, []), FrameFaces(1, [])], cut_before=1.0) == []


def test_boxes_without_area_do_not_overlap() -> None:
    empty = face(1)
    empty.box[:] = 5
    other = face(0.35)
    other.box[:] = 5

    assert len(tracks_of(frames(empty, other))) == 2


def test_a_moving_group_gives_six_tracks(engine: FaceEngine, group: Pixels) -> None:
    samples = [FrameFaces(time_s, engine.find(group[:, 12 * time_s :])) for time_s in range(3)]

    tracks = tracks_of(samples)

    assert sorted(len(track.faces) for track in tracks) == [3] * 6
