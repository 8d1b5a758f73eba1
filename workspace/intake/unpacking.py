"""What every kind of archive has in common: a member, the limits of unpacking, and the errors of broken archives."""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from backports import zstd

from workspace.commands.intake import MAX_FILE_BYTES
from workspace.store.cipher import CHUNK_BYTES

MOST_MEMBERS = 200_000
MOST_TIMES, MOST_ALLOWANCE_BYTES = 200, 1 << 30
"""An archive may unpack to so many times its own length and a gibibyte: deflate gives at most 1,032 times, photos and
videos hardly more than once; what is beyond is a bomb."""

XZ_MEMORY_BYTES = 256 << 20
"""What a dictionary of XZ may take; the format allows 1.5 GiB (xz(1), «memory usage»)."""
ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 28}
"""As much for Zstandard, in powers of two; the format allows 2 GiB (RFC 8878, 3.1.1.1.2)."""
STEP_BYTES = 1 << 11

BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    zstd.ZstdError,
    EOFError,
    OSError,
    struct.error,
    ValueError,
    IndexError,
    RuntimeError,
)
"""What the libraries raise on archives that are not whole, or lie."""


class Readable(Protocol):
    """What a member's content is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


@dataclass
class Pieces:
    """The content of a member; is_whole turns False where it broke off."""

    open: Callable[[], Readable | None]
    budget: Budget
    is_whole: bool = True

    def __iter__(self) -> Iterator[bytes]:
        """Read in small steps: of a library that breaks off in the middle of one, no more is lost."""
        held: list[bytes] = []
        size = 0
        try:
            file = self.open()
            while file is not None and (content := file.read(STEP_BYTES)):
                self.budget.spend(len(content))
                held.append(content)
                size += len(content)
                if size >= CHUNK_BYTES:
                    yield b"".join(held)
                    held, size = [], 0
        except BROKEN:
            self.is_whole = False
        if held:
            yield b"".join(held)


@dataclass(frozen=True)
class Member:
    """A file of an archive. path: as the archive has it, in its bytes. size_bytes: as the archive claims. refusal: why
    it is not taken, else `pieces` gives its content, once."""

    path: bytes
    size_bytes: int
    pieces: Pieces | None = None
    refusal: str | None = None


class Budget:
    """How much may still come out of an archive of `size_bytes`."""

    def __init__(self, size_bytes: int) -> None:
        self.left_bytes = size_bytes * MOST_TIMES + MOST_ALLOWANCE_BYTES
        self.left_members = MOST_MEMBERS

    def refusal(self, size_bytes: int) -> str | None:
        """Why the next member, which claims this length, is not taken; None if it is."""
        self.left_members -= 1
        if size_bytes > MAX_FILE_BYTES or self.is_spent(size_bytes):
            return "too_large"
        return None

    def is_spent(self, size_bytes: int) -> bool:
        """Whether another member of this length is too much."""
        return self.left_members < 0 or size_bytes > self.left_bytes

    def spend(self, size_bytes: int) -> None:
        """Count what came out. Raises ValueError when it is more than was claimed and allowed."""
        self.left_bytes -= size_bytes
        if self.left_bytes < 0:
            raise ValueError("more came out than was claimed")
