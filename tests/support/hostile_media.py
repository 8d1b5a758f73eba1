"""Hostile files of every kind that is read: sound ones, changed by a seeded generator in the ways that break decoders,
and bombs and polyglots made by hand. Each must be read or refused with its reason, in time and in bounded memory.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from tests.support import further_kinds as made
from tests.support.sandbox_material import (
    PICTURE_FORMATS,
    VIDEO_FORMATS,
    animated,
    descriptor_of,
    exif_block,
    photograph,
    picture_file,
    plain,
    video_file,
)
from workspace.analysis.derivatives import encode_derivative
from workspace.analysis.sandbox.client import DecodedPicture, Decoder
from workspace.analysis.sandbox.kinds import HEAD_BYTES, kind_of, media_type
from workspace.errors import Refused

SMALL = (96, 72)
MOST_PARTS = 3
"""Pictures of one file that are looked at here; a worker looks at all."""
PLAYED_SIDE = 160
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
SLOW_TO_MAKE = frozenset({"libx265 mp4", "libsvtav1 mp4", "libvpx-vp9 webm", "libx264 3gp", "libx264 mov", "dv"})


@dataclass(frozen=True)
class Outcome:
    """What came of a file. how: «read», or the reason of its refusal; seconds: the longest that one look at it took."""

    how: str
    seconds: float


def _small(name: str) -> bytes:
    options = {"exif": exif_block(6)} if name in ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF") else {}
    return picture_file(name, size=SMALL, **options)


def sound_makers() -> dict[str, Callable[[], bytes]]:
    """How a small sound file of every kind is made, by name."""
    tiny = photograph().resize(SMALL)
    makers: dict[str, Callable[[], bytes]] = {name: partial(_small, name) for name in PICTURE_FORMATS}
    makers |= {
        "JPEG behind JPEG": lambda: _small("JPEG") + _small("JPEG"),
        "TIFF pages": lambda: animated("TIFF", [plain(n, SMALL) for n in range(3)]),
        "JP2": lambda: made.jpeg_2000(tiny),
        "J2K": lambda: picture_file("JPEG2000", size=SMALL, no_jp2=True),
        "JXL": lambda: made.jpeg_xl(SMALL),
        "PSD": lambda: made.photoshop(tiny),
        "PSD packed": lambda: made.photoshop(tiny, packed=True),
        "PDF": lambda: made.document([tiny, tiny.rotate(90)]),
    }
    for name in ("GIF", "PNG", "WEBP", "AVIF"):
        makers[f"{name} moving"] = partial(animated, name, [plain(9 * n, SMALL) for n in range(4)])
    inside = made.preview(SMALL, exif=exif_block())
    makers |= {kind: partial(make, inside) for kind, make in made.RAW_FILES.items()}
    for codec, container in VIDEO_FORMATS:
        makers[f"{codec} {container}"] = partial(video_file, codec, container, frames=12)
    return makers | {name: partial(made.older_video, name) for name in made.OLDER_VIDEOS}


@cache
def sound(name: str) -> bytes:
    return sound_makers()[name]()


def mutations(seed: int, count: int, names: list[str]) -> Iterator[tuple[str, bytes]]:
    """So many changed files, of each kind as many, the same for the same seed."""
    drawn = random.Random(seed)
    for number in range(count):
        name = names[number % len(names)]
        change = drawn.choice(CHANGES)
        yield (
            f"{name}: {change.__name__[1:]} {number}",
            change(bytearray(sound(name)), drawn, sound(drawn.choice(names))),
        )


def _flipped(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    for _ in range(drawn.choice((1, 1, 4, 16, 64))):
        content[drawn.randrange(len(content))] ^= 1 << drawn.randrange(8)
    return bytes(content)


def _head_flipped(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    """Behind the mark by which the kind is told, in what says how the rest is built."""
    for _ in range(drawn.choice((1, 2, 6))):
        content[drawn.randrange(8, min(len(content), 600))] = drawn.randrange(256)
    return bytes(content)


def _field(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    """A number of two, four or eight bytes becomes an extreme one."""
    for _ in range(drawn.choice((1, 1, 3))):
        size = drawn.choice((2, 4, 4, 8))
        at = drawn.randrange(8, max(9, min(len(content) - size, drawn.choice((64, 600, 4000, len(content))))))
        value = drawn.choice(EXTREMES) & ((1 << 8 * size) - 1)
        content[at : at + size] = value.to_bytes(size, drawn.choice(("big", "little")))
    return bytes(content)


def _cut(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    return bytes(content[: drawn.randrange(4, len(content))])


def _spliced(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    """The beginning of one and the end of another."""
    return bytes(content[: drawn.randrange(12, len(content))]) + other[drawn.randrange(len(other)) :]


def _doubled(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    start = drawn.randrange(len(content))
    piece = content[start : start + drawn.randrange(1, 2000)]
    return bytes(content[:start]) + bytes(piece) * drawn.choice((2, 5, 40)) + bytes(content[start:])


def _torn_out(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    start = drawn.randrange(8, len(content))
    del content[start : start + drawn.randrange(1, 500)]
    return bytes(content)


def _filled(content: bytearray, drawn: random.Random, other: bytes) -> bytes:
    start, size = drawn.randrange(8, len(content)), drawn.randrange(1, 500)
    content[start : start + size] = bytes([drawn.choice((0, 0xFF))]) * size
    return bytes(content)


CHANGES = (_flipped, _head_flipped, _field, _field, _cut, _spliced, _doubled, _torn_out, _filled)


def look_at(decoder: Decoder, content: bytes) -> Outcome:
    """Have a file read as a worker reads it: every picture, what moves, a clean picture of the first; a video is also
    played. Raises what is neither an answer nor a refusal."""
    took: list[float] = []

    def first(work: Callable[[], object]) -> object:
        since = time.monotonic()
        try:
            return work()
        finally:
            took.append(time.monotonic() - since)

    def further(work: Callable[[], object]) -> None:
        """A refusal of a part is an answer too; a crash is none."""
        try:
            first(work)
        except Refused as refusal:
            if refusal.facts["reason"] == "crashed":
                raise

    kind = media_type(content[:HEAD_BYTES])
    try:
        with descriptor_of(content) as descriptor:
            if kind is None or kind_of(kind) == "photo":
                picture = first(partial(decoder.picture, descriptor))
                assert isinstance(picture, DecodedPicture)
                encode_derivative(picture.pixels, longest_side=64, quality=50)
                for part in range(2, min(picture.pictures, MOST_PARTS) + 1):
                    further(partial(decoder.picture, descriptor, part))
                if picture.moves:
                    further(lambda: list(decoder.animation(descriptor).frames))
            else:
                first(lambda: list(decoder.video(descriptor).frames))
                further(lambda: list(decoder.play(descriptor, PLAYED_SIDE).pieces))
    except Refused as refusal:
        return Outcome(str(refusal.facts["reason"]), max(took))
    return Outcome("read", max(took))
