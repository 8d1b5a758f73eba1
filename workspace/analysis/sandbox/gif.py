"""The blocks of a GIF: how long each of its pictures is shown, and where it ends (GIF89a, 20 to 27)."""

from __future__ import annotations

import io
from typing import BinaryIO, NamedTuple

MOST_BLOCKS = 1_000_000


class Blocks(NamedTuple):
    """stated_s: what the file says of each picture, in its order; end: behind the mark that ends it, None if there is
    none."""

    stated_s: list[float]
    end: int | None


def gif_blocks(file: BinaryIO) -> Blocks:
    """Walk the blocks of a GIF that begins at 0."""
    file.seek(0)
    head = file.read(13)
    file.seek(_table_bytes(head[10:11]), io.SEEK_CUR)
    lengths_s: list[float] = []
    stated_s = 0.0
    for _ in range(MOST_BLOCKS):
        kind = file.read(1)
        if kind == b";":
            return Blocks(lengths_s, file.tell())
        if kind == b"!":
            label, block = file.read(1), _sub_blocks(file, most=1)
            if label == b"\xf9" and len(block) >= 3:
                stated_s = int.from_bytes(block[1:3], "little") / 100
        elif kind == b",":
            file.seek(_table_bytes(file.read(9)[8:]) + 1, io.SEEK_CUR)
            lengths_s.append(stated_s)
            stated_s = 0.0
            _sub_blocks(file, most=0)
        elif not kind:
            break
    return Blocks(lengths_s, None)


def _table_bytes(flags: bytes) -> int:
    """How many bytes a colour table has, by the flags before it."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _sub_blocks(file: BinaryIO, *, most: int) -> bytes:
    """Pass over a chain of sub-blocks; gives the first `most` of them."""
    kept = b""
    for number in range(MOST_BLOCKS):
        size = file.read(1)
        if not size or not size[0]:
            break
        if number < most:
            kept += file.read(size[0])
        else:
            file.seek(size[0], io.SEEK_CUR)
    return kept
