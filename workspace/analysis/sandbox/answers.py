"""What a decoding child may answer, and the reading of it by the side that trusts nothing the child wrote.

One shared memory carries everything: a header page (eight bytes of length, then JSON), then pixels. The child may have
been taken over by the file it read, so that every value is checked against these types and bounds before it is used.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from workspace.analysis.sandbox.limits import (
    MAX_BATCH_FRAMES,
    MAX_FRAME_SIDE,
    MAX_FRAMES,
    MAX_PARTS,
    MAX_PLAY_FRAMES,
    MAX_PLAY_SIDE,
    MAX_SCENES,
    MAX_TRACKS,
    PIXELS_AT,
    SHARED_BYTES,
    UNSEEN,
    refusal,
)

Pixels = NDArray[np.uint8]

# pydantic reads these from JSON in strict mode: no coercion, no unknown keys, no infinite numbers.
_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\p{Cc}]*$")]
_Length = Annotated[int, Field(ge=1, le=1_000_000)]
_Position = Annotated[int, Field(ge=0, lt=1 << 40)]
_Seconds = Annotated[float, Field(ge=0, le=1e7)]
_Stamp = Annotated[int, Field(ge=-(1 << 63), lt=1 << 63)]
_Unit = Annotated[int, Field(ge=1, lt=1 << 31)]
_PlaySide = Annotated[int, Field(ge=2, le=MAX_PLAY_SIDE, multiple_of=2)]
_Unseen = Annotated[
    list[Literal["end", "damaged", "moments", "tracks", "pictures", "members"]], Field(max_length=len(UNSEEN))
]
"""Some of `UNSEEN`."""


@dataclass(frozen=True)
class CameraFacts:
    """What the file says about its camera, time and place; all of it can be missing or false.

    clock_claim: the first time that it states and that cannot be true, as it is written. document, original_document,
    instance: the numbers that programs give to a document, to what it was made of and to this state of it.
    """

    __pydantic_config__ = _STRICT

    make: _Text | None = None
    model: _Text | None = None
    serial: _Text | None = None
    lens: _Text | None = None
    lens_make: _Text | None = None
    lens_serial: _Text | None = None
    software: _Text | None = None
    document: _Text | None = None
    original_document: _Text | None = None
    instance: _Text | None = None
    clock_claim: _Text | None = None
    captured_at: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")] | None = None
    offset: Annotated[str, StringConstraints(pattern=r"^[+-]\d\d:\d\d$")] | None = None
    subseconds: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


@dataclass(frozen=True)
class PictureAnswer:
    """A picture was read; its pixels follow the header. video: where one begins inside the file, and its bytes; moves:
    it is the first picture of an animation."""

    __pydantic_config__ = _STRICT

    answer: Literal["picture"]
    width: _Length
    height: _Length
    pixels_width: _Length
    pixels_height: _Length
    camera: CameraFacts
    pictures: Annotated[int, Field(ge=1, le=MAX_PARTS)]
    video: tuple[_Position, _Position] | None
    unseen: _Unseen
    moves: bool


@dataclass(frozen=True)
class FrameAnswer:
    """One frame of a batch; `cut` says that the scene changed before it, `track` in which video track it is."""

    __pydantic_config__ = _STRICT

    time_s: _Seconds
    width: Annotated[int, Field(ge=1, le=MAX_FRAME_SIDE)]
    height: Annotated[int, Field(ge=1, le=MAX_FRAME_SIDE)]
    cut: bool
    track: Annotated[int, Field(ge=0, lt=MAX_TRACKS)]


@dataclass(frozen=True)
class BatchAnswer:
    """Some frames of a video; their pixels follow the header one after the other."""

    __pydantic_config__ = _STRICT

    answer: Literal["batch"]
    width: _Length
    height: _Length
    duration_s: _Seconds
    codec: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")]
    sampled_every_s: _Seconds
    camera: CameraFacts
    frames: Annotated[list[FrameAnswer], Field(max_length=MAX_FRAMES)]
    last: bool
    unseen: _Unseen


@dataclass(frozen=True)
class ShownAnswer:
    """One picture that is played: when, and the time stamp that the file gives it."""

    __pydantic_config__ = _STRICT

    at_ms: Annotated[int, Field(ge=0, le=10**10 + MAX_PLAY_FRAMES)]
    stamp: _Stamp | None


@dataclass(frozen=True)
class SoundAnswer:
    """Sound of one channel; its samples, 16 bits each, are all that follows the header."""

    __pydantic_config__ = _STRICT

    at_s: _Seconds
    rate: Annotated[int, Field(ge=8_000, le=192_000)]
    samples: Annotated[int, Field(ge=1, le=1 << 22)]


@dataclass(frozen=True)
class PlayAnswer:
    """Some of what is played: sound, or pictures, whose planes follow the header one after the other.

    width, height: of each; of: pictures that the file announces; unit: of the stamps, in seconds, as a fraction.
    """

    __pydantic_config__ = _STRICT

    answer: Literal["play"]
    width: _PlaySide
    height: _PlaySide
    duration_s: _Seconds
    of: Annotated[int, Field(ge=0, le=MAX_PLAY_FRAMES)]
    unit: tuple[_Unit, _Unit]
    sound: SoundAnswer | None
    frames: Annotated[list[ShownAnswer], Field(max_length=MAX_BATCH_FRAMES)]
    last: bool
    unseen: _Unseen


@dataclass(frozen=True)
class StillAnswer:
    """One picture of a video in full; its pixels follow the header."""

    __pydantic_config__ = _STRICT

    answer: Literal["still"]
    at_ms: Annotated[int, Field(ge=0, le=10**10)]
    scenes_ms: Annotated[list[Annotated[int, Field(ge=0, le=10**10)]], Field(max_length=MAX_SCENES)]
    stamp: _Stamp | None
    width: _Length
    height: _Length
    pixels_width: _Length
    pixels_height: _Length


@dataclass(frozen=True)
class TilesAnswer:
    """Some tiles of a picture; their pixels follow the header one after the other. width, height: of the whole picture,
    by which both sides know the tiles."""

    __pydantic_config__ = _STRICT

    answer: Literal["tiles"]
    width: _Length
    height: _Length
    original_width: _Length
    original_height: _Length
    tiles: Annotated[int, Field(ge=0, le=MAX_BATCH_FRAMES)]
    last: bool


@dataclass(frozen=True)
class RefusalAnswer:
    """The file cannot be read."""

    __pydantic_config__ = _STRICT

    answer: Literal["refused"]
    reason: Literal[
        "empty", "kind_not_supported", "truncated", "too_large", "too_slow", "out_of_memory", "damaged", "empty_video",
        "picture_to_convert", "raw_to_develop", "video_to_convert", "encrypted", "sound_alone", "cover_to_convert",
    ]  # fmt: skip


Answer = PictureAnswer | BatchAnswer | PlayAnswer | StillAnswer | TilesAnswer | RefusalAnswer
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def read_answer(shared: mmap.mmap) -> Answer:
    """Read the header of the shared memory; raises Refused `crashed` if it is not one that a sane child writes."""
    (length,) = struct.unpack_from("<Q", shared)
    if not 0 < length <= PIXELS_AT - 8:
        raise refusal("crashed")
    try:
        # Copied first: a child that is still alive could change the bytes between the check and the use.
        return _ANSWER.validate_json(bytes(shared[8 : 8 + length]))
    except ValidationError as error:
        raise refusal("crashed") from error


def read_planes(shared: mmap.mmap, *, offset: int, width: int, height: int) -> Pixels:
    """Copy the three planes of one picture out of the shared memory: (height * 3 / 2, width) uint8, YUV 4:2:0."""
    size = width * height * 3 // 2
    if PIXELS_AT + offset + size > SHARED_BYTES:
        raise refusal("crashed")
    return np.frombuffer(shared, np.uint8, size, PIXELS_AT + offset).reshape(height * 3 // 2, width).copy()


def read_samples(shared: mmap.mmap, *, count: int) -> NDArray[np.int16]:
    """Copy sound out of the shared memory: (count,) int16."""
    if PIXELS_AT + count * 2 > SHARED_BYTES:
        raise refusal("crashed")
    return np.frombuffer(shared, np.int16, count, PIXELS_AT).copy()


def read_pixels(shared: mmap.mmap, *, offset: int, width: int, height: int) -> Pixels:
    """Copy one picture out of the shared memory: (height, width, 3) uint8, RGB."""
    size = width * height * 3
    if PIXELS_AT + offset + size > SHARED_BYTES:
        raise refusal("crashed")
    flat = np.frombuffer(shared, np.uint8, size, PIXELS_AT + offset)
    return flat.reshape(height, width, 3).copy()
