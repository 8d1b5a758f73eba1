"""Videos with wild stamps, several tracks, fields as packets or mirrors are looked at whole, or say what was not."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest

from tests.support.odd_videos import (
    field_coded,
    remuxed,
    several_tracks,
    with_attachment,
    with_cover,
    with_hidden_start,
    with_matrix,
    with_number,
)
from tests.support.sandbox_material import decode_video, descriptor_of, photograph, video_file
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.limits import MAX_TRACKS
from workspace.analysis.sandbox.played import PlayedFrame
from workspace.analysis.sandbox.sampling import CUT_DISTANCE, colour_distance, colour_histogram
from workspace.errors import Refused

COFFEE, CAT = "skimage/data/coffee.png", "skimage/data/chelsea.png"


def looks_like(pixels: np.ndarray, other: np.ndarray) -> bool:
    return colour_distance(colour_histogram(pixels), colour_histogram(other)) < CUT_DISTANCE


def test_joined_streams_whose_clock_begins_again_are_seen_to_their_end(decoder: Decoder) -> None:
    parts = [video_file("libx264", "mpegts", frames=60, group=5, scenes=(scene,)) for scene in (COFFEE, CAT)]
    alone = decode_video(decoder, parts[1])[1]

    video, frames = decode_video(decoder, b"".join(parts))

    assert video.duration_s == pytest.approx(12, abs=0.4)
    assert video.complete
    assert looks_like(frames[-1][1], alone[-1][1])
    assert [time_s for time_s, _ in frames] == sorted(time_s for time_s, _ in frames)
    assert len(video.cuts) == 1


@pytest.mark.parametrize("container", ["matroska", "mp4", "mov", "mpegts"])
@pytest.mark.parametrize("group", [5, 1000])
@pytest.mark.parametrize("where", ["last", "middle", "from the middle on"])
def test_a_stamp_ten_hours_off_hides_nothing(decoder: Decoder, container: str, group: int, where: str) -> None:
    late = {"last": {199}, "middle": {100}, "from the middle on": set(range(100, 200))}[where]
    honest = video_file(frames=200, rate=10, group=group, bf="0", sc_threshold="0", scenes=(COFFEE, CAT))

    def stamp(ordinal: int, honest: int) -> int:
        return honest + 36_000 * 10_240 * (ordinal in late)

    content = remuxed(honest, container, stamp, stamp if where == "from the middle on" else None)
    video, frames = decode_video(decoder, content)

    assert video.complete
    assert video.duration_s == pytest.approx(20, abs=0.5)
    assert len(frames) >= 10
    assert max(np.diff([time_s for time_s, _ in frames])) <= 2.2
    assert looks_like(frames[-1][1], decode_video(decoder, honest)[1][-1][1])


def test_stamps_of_chance_hide_nothing(decoder: Decoder) -> None:
    chance = random.Random(7)
    honest = video_file(frames=200, rate=10, group=50, bf="0", scenes=(COFFEE, CAT))

    video, frames = decode_video(
        decoder, remuxed(honest, "matroska", lambda at, pts: pts + chance.choice([0, 0, 0, 10**9, 3 * 10**8]))
    )

    assert len(frames) >= 15
    assert looks_like(frames[-1][1], decode_video(decoder, honest)[1][-1][1])
    assert video.duration_s < 60


@pytest.mark.parametrize("says_how_long", [True, False])
@pytest.mark.parametrize("scale", [0, 1, 0x7FFFFFFF])
def test_a_wrong_unit_of_time_hides_nothing_and_makes_no_video_of_hours(
    decoder: Decoder, scale: int, says_how_long: bool
) -> None:
    honest = video_file(frames=100, rate=10, group=50, bf="0", scenes=(COFFEE, CAT))
    content = with_number(honest, b"mdhd", 16, scale)
    if not says_how_long:
        content = with_number(content, b"mvhd", 20, 0xFFFFFFFF)

    video, frames = decode_video(decoder, content)

    assert video.complete
    assert looks_like(frames[-1][1], decode_video(decoder, honest)[1][-1][1])
    assert not says_how_long or (round(video.duration_s), len(frames)) == (10, 20)
    with descriptor_of(content) as descriptor:
        playing = decoder.play(descriptor, 64)
        shown = [piece.at_ms for piece in playing.pieces if isinstance(piece, PlayedFrame)]
    assert len(set(shown)) == 100


@pytest.mark.parametrize("box", [b"stco", b"stsz", b"stts", b"stsc"])
def test_a_video_that_does_not_say_where_its_pictures_lie_is_damaged_and_not_without_any(
    decoder: Decoder, box: bytes
) -> None:
    content = with_number(video_file(frames=10), box, 12 if box == b"stsz" else 8, 0)

    with pytest.raises(Refused) as refused:
        decode_video(decoder, content)

    assert refused.value.facts["reason"] == "damaged"


def test_every_video_track_is_looked_at_the_largest_first(decoder: Decoder) -> None:
    small, large = photograph(COFFEE).resize((160, 96)), photograph(CAT).resize((320, 192))

    video, frames = decode_video(decoder, several_tracks(small, large))

    assert (video.width, video.height) == (320, 192)
    assert video.complete
    assert {pixels.shape for _, pixels in frames} == {(192, 320, 3), (96, 160, 3)}
    assert looks_like(frames[0][1], np.asarray(large))
    assert looks_like(frames[-1][1], np.asarray(small))
    assert video.cuts[-1] == 0.0  # where the second track begins


@pytest.mark.parametrize("container", ["mp4", "matroska"])
def test_a_picture_that_was_put_inside_a_video_is_looked_at_behind_it(decoder: Decoder, container: str) -> None:
    content, cat = video_file(frames=20, scenes=(COFFEE,)), photograph(CAT).resize((400, 300))
    inside = io.BytesIO()
    cat.save(inside, "JPEG" if container == "mp4" else "PNG")
    put = with_cover if container == "mp4" else with_attachment
    alone = decode_video(decoder, content)

    video, frames = decode_video(decoder, put(content, inside.getvalue()))

    assert (video.width, video.height, video.complete) == (alone[0].width, alone[0].height, True)
    assert len(frames) == len(alone[1]) + 1
    assert looks_like(frames[-1][1], np.asarray(cat))
    assert looks_like(frames[0][1], alone[1][0][1])


def test_more_tracks_than_are_looked_at_are_named(decoder: Decoder) -> None:
    picture = photograph(COFFEE)

    video, frames = decode_video(
        decoder, several_tracks(*(picture.resize((64 + 32 * number, 64)) for number in range(MAX_TRACKS + 1)), frames=4)
    )

    assert video.unseen == ("tracks",)
    assert video.track == MAX_TRACKS - 1
    assert len({pixels.shape for _, pixels in frames}) == MAX_TRACKS


@pytest.mark.parametrize("group", [5, 25, 200])
def test_a_recording_of_single_fields_is_read(decoder: Decoder, group: int) -> None:
    picture = photograph(CAT)

    video, frames = decode_video(decoder, field_coded(frames=100, group=group, picture=picture))

    assert video.duration_s == pytest.approx(4, abs=0.1)
    assert video.complete
    assert len(frames) >= 4
    assert looks_like(frames[-1][1], np.asarray(picture.resize((96, 64))))


def test_a_transport_stream_that_begins_inside_a_packet_is_read(decoder: Decoder) -> None:
    whole = video_file("libx264", "mpegts", frames=100, group=5, scenes=(COFFEE,))

    video, frames = decode_video(decoder, whole[1234:])

    assert video.media_type == "video/mp2t"
    assert len(frames) >= 15
    assert looks_like(frames[-1][1], decode_video(decoder, whole)[1][-1][1])


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((1, 0, 0, 1), lambda stored: stored),
        ((-1, 0, 0, 1), lambda stored: stored[:, ::-1]),
        ((1, 0, 0, -1), lambda stored: stored[::-1]),
        ((-1, 0, 0, -1), lambda stored: stored[::-1, ::-1]),
        ((0, 1, -1, 0), lambda stored: np.rot90(stored, -1)),
        ((0, -1, 1, 0), lambda stored: np.rot90(stored, 1)),
        ((0, 1, 1, 0), lambda stored: stored.transpose(1, 0, 2)),
        ((0, -1, -1, 0), lambda stored: stored[::-1, ::-1].transpose(1, 0, 2)),
    ],
)
def test_every_display_matrix_is_shown_as_a_player_shows_it(
    decoder: Decoder, matrix: tuple[int, int, int, int], shown: object
) -> None:
    stored = video_file(size=(96, 64))
    expected = shown(decode_video(decoder, stored)[1][0][1])  # type: ignore[operator]

    video, frames = decode_video(decoder, with_matrix(stored, matrix))

    assert (video.height, video.width) == expected.shape[:2]
    assert np.abs(frames[0][1].astype(int) - expected).max() <= 24  # the codec's own threads may round otherwise


def test_what_an_edit_list_hides_is_looked_at(decoder: Decoder) -> None:
    whole = video_file(frames=60, rate=10, group=5, scenes=(COFFEE, CAT, COFFEE))

    video, frames = decode_video(decoder, with_hidden_start(whole, 3.0))

    assert len(frames) == 12
    assert looks_like(frames[0][1], decode_video(decoder, whole)[1][0][1])
    assert video.complete


def test_pictures_as_far_apart_as_samples_are_all_seen(decoder: Decoder) -> None:
    video, frames = decode_video(decoder, video_file(frames=60, rate=1, group=1000, sc_threshold="0", bf="3"))

    assert len(frames) == 60
    assert video.complete
