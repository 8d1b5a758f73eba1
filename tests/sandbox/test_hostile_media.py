"""A small share of the benchmark `hostile`: changed files of every kind, and bombs, are read or refused with a
reason."""

from __future__ import annotations

import time

from tests.support.hostile_bombs import bombs
from tests.support.hostile_media import SLOW_TO_MAKE, look_at, mutations, sound_makers
from tests.support.sandbox_material import decode_picture, picture_file
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.limits import REASONS

ONE_OF_EACH = (
    "png of four gigapixels",
    "gif of a huge screen",
    "bmp that stands on its head",
    "tiff of endless values",
    "tiff whose directory follows itself",
    "jpeg 2000 beyond the limit",
    "psd of a huge size",
    "heic whose boxes hold themselves",
    "pdf of a huge page",
    "pdf of brackets",
    "pdf whose pages are their own parents",
    "mp4 of endless times",
    "mp4 whose moov holds itself",
    "JPEG and PDF",
    "JXL and JPEG",
)


def test_a_changed_file_of_any_kind_is_read_or_refused(decoder: Decoder) -> None:
    names = [name for name in sound_makers() if name not in SLOW_TO_MAKE]

    outcomes = {name: look_at(decoder, content).how for name, content in mutations(83, len(names), names)}

    assert set(outcomes.values()) <= {"read", *REASONS} - {"crashed"}, outcomes
    assert len(outcomes) == len(names)
    assert decode_picture(decoder, picture_file("JPEG")).width == 320


def test_a_bomb_or_polyglot_is_read_or_refused(decoder: Decoder) -> None:
    outcomes = {name: look_at(decoder, bombs()[name]()).how for name in ONE_OF_EACH}

    assert set(outcomes.values()) <= {"read", *REASONS} - {"crashed"}, outcomes
    assert (outcomes["JPEG and PDF"], outcomes["JXL and JPEG"]) == ("read", "read")
    assert outcomes["png of four gigapixels"] == outcomes["psd of a huge size"] == "too_large"


def test_a_photo_is_read_however_many_false_beginnings_stand_behind_it(decoder: Decoder) -> None:
    since = time.process_time()

    picture = decode_picture(decoder, bombs()["jpeg of beginnings"]())

    assert (picture.width, picture.unseen) == (96, ("pictures",))
    assert time.process_time() - since < 5
