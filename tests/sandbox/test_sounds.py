"""The cover picture in a file of sound is looked at as one that stands beside a video; sound without one is refused by
name."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest

from tests.support.sandbox_material import decode_video, descriptor_of, photograph, refused
from tests.support.sounds import FACE, SOUNDS, cover, sound
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.kinds import HEAD_BYTES, kind_of, media_type
from workspace.analysis.sandbox.other_kinds import why_not
from workspace.errors import Refused


@pytest.mark.parametrize("name", SOUNDS)
def test_the_cover_of_a_sound_is_looked_at(decoder: Decoder, name: str) -> None:
    content = sound(name, cover())
    kind = media_type(content[:HEAD_BYTES])
    assert (kind, kind_of(kind or "")) == (SOUNDS[name][2], "video")

    video, frames = decode_video(decoder, content)

    assert (video.width, video.height, video.unseen, len(frames)) == (400, 300, (), 1)
    assert float(np.abs(frames[0][1].astype(int) - np.asarray(FACE, int)).mean()) < 6


@pytest.mark.parametrize("name", SOUNDS)
def test_sound_without_a_cover_is_refused_as_what_it_is(decoder: Decoder, name: str) -> None:
    assert refused(decoder, sound(name), video=True) == "sound_alone"


@pytest.mark.parametrize("name", ["MP3", "FLAC"])
def test_every_picture_of_a_sound_is_looked_at(decoder: Decoder, name: str) -> None:
    back = io.BytesIO()
    photograph("skimage/data/coffee.png").resize((400, 300)).save(back, "JPEG")

    assert len(decode_video(decoder, sound(name, cover(), back.getvalue()))[1]) == 2


def test_a_cover_of_a_kind_that_is_not_read_is_named(decoder: Decoder) -> None:
    content = sound("FLAC", cover()).replace(b"image/jpeg", b"image/webp")

    assert refused(decoder, content, video=True) == "cover_to_convert"


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_that_breaks_off_is_read_as_far_as_it_goes_or_refused(decoder: Decoder, name: str) -> None:
    whole = sound(name, cover())
    for share in (0.05, 0.3, 0.6, 0.95):
        with descriptor_of(whole[: int(len(whole) * share)]) as descriptor, suppress(Refused):
            list(decoder.video(descriptor).frames)


def test_sounds_that_are_not_opened_are_named_at_once() -> None:
    for head in (b"\xff\xfb\x90\x64", b"RIFF\x00\x00\x00\x00WAVEfmt ", b"#!AMR", b"FORM\x00\x00\x00\x00AIFF"):
        assert (media_type(head), why_not(head)) == (None, "sound_alone")
