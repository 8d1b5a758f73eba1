"""A JPEG of which a part in the middle is lost is read, and not called complete once it is looked at in full size."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.support.sandbox_material import descriptor_of, picture_file
from workspace.analysis.sandbox.client import Decoder

WAYS: dict[str, dict[str, object]] = {
    "in one scan": {},
    "progressive": {"progressive": True},
    "with restarts": {"restart_marker_rows": 1},
    "with own codes": {"optimize": True},
    "of full colours": {"subsampling": 0},
}
LOST = {
    "zeros": bytes(600),
    "noise": random.Random(5).randbytes(600),
    "words": b"What stood here before it was written over. " * 14,
}


def looked_at(decoder: Decoder, content: bytes, *, whole: bool = True) -> tuple[str, ...]:
    """What is not seen of a picture."""
    with descriptor_of(content) as descriptor:
        return decoder.picture(descriptor, whole=whole).unseen


def jpeg(way: str) -> bytes:
    return picture_file("JPEG", size=(1280, 960), quality=92, **WAYS[way])


def without(sound: bytes, middle: bytes) -> bytes:
    half = len(sound) // 2
    return sound[:half] + middle + sound[half + len(middle) :]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_lost_in_the_middle_is_told(decoder: Decoder, way: str, lost: str) -> None:
    assert looked_at(decoder, without(jpeg(way), LOST[lost])) == ("damaged",)


def test_of_a_progressive_one_that_holds_noise_the_scans_before_are_shown(decoder: Decoder) -> None:
    """libjpeg gives nothing where it comes upon a marker that belongs to none."""
    sound = jpeg("progressive")
    with descriptor_of(without(sound, random.Random(7).randbytes(8_192))) as descriptor:
        read = decoder.picture(descriptor)
    with descriptor_of(sound) as descriptor:
        right = decoder.picture(descriptor)

    assert read.unseen == ("damaged",)
    assert float(np.abs(read.pixels.astype(np.int16) - right.pixels).mean()) < 12


@pytest.mark.parametrize("way", WAYS)
def test_a_sound_one_is_complete_whatever_stands_behind_it(decoder: Decoder, way: str) -> None:
    sound = jpeg(way)

    assert {looked_at(decoder, sound + behind) for behind in (b"", bytes(40_000), LOST["noise"])} == {()}


def test_fewer_rows_than_the_header_says_are_told(decoder: Decoder) -> None:
    sound = bytearray(jpeg("in one scan"))
    frame = sound.index(b"\xff\xc0")
    sound[frame + 5 : frame + 7] = (9600).to_bytes(2)

    assert looked_at(decoder, bytes(sound)) == ("damaged",)


def test_the_first_look_does_not_ask(decoder: Decoder) -> None:
    """It would cost a tenth more."""
    sound = jpeg("in one scan")

    assert looked_at(decoder, sound[:9000] + bytes(600) + sound[9600:], whole=False) == ()
