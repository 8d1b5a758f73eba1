"""A WebP whose header says a wrong length, or that breaks off, as a file that can be read; runs only in a confined
child.

Its library wants every byte that the header speaks of (WebP container specification, RIFF). The parts that are there in
full make a whole file; of a picture that is cut, VP8 shows what came.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

import av
from PIL import Image

MOST_PARTS = 100_000
_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")


@dataclass(frozen=True)
class WebP:
    """file: what can be read; is_cut: something that it speaks of is missing; begun: a picture in VP8 of which only the
    beginning is there, where there is no other."""

    file: BinaryIO
    is_cut: bool = False
    begun: bytes = b""


def readable(file: BinaryIO) -> WebP:
    """The file itself where it is as it says, otherwise the parts of it that are there."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    claimed = int.from_bytes(file.read(8)[4:], "little") + 8
    at, kinds, begun = 12, set[bytes](), b""
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        length = int.from_bytes(head[4:], "little")
        if len(head) < 8 or not head[:4].replace(b" ", b"").isalnum():
            break
        if at + 8 + length > size:
            begun = file.read() if head[:4] == b"VP8 " else b""
            break
        kinds.add(head[:4])
        at += 8 + length + length % 2
    end = min(at, size)
    is_cut = claimed > size or bool(begun)
    if end == claimed or (not is_cut and end < claimed):
        return WebP(file)
    if not any(kind in kinds for kind in _PICTURES):
        return WebP(file, is_cut, begun)
    file.seek(12)
    return WebP(io.BytesIO(b"RIFF" + struct.pack("<I", end - 8) + b"WEBP" + file.read(end - 12)), is_cut)


def beginning_of(begun: bytes) -> Image.Image | None:
    """The picture of which so much VP8 came; None where it is too little."""
    context: Any = av.CodecContext.create("vp8", "r")
    context.thread_count = 1
    try:
        frames = [*context.decode(av.Packet(begun)), *context.decode(None)]
    except (av.error.FFmpegError, ValueError):
        return None
    return Image.fromarray(frames[0].reformat(format="rgb24", threads=1).to_ndarray()) if frames else None
