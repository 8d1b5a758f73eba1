"""A JSON file that is read in pieces, with bounds that the parser does not have: a value in a value in a value,
thousands deep, costs it the square of the depth, and a number of many thousand digits ends the process.

Counts outside of texts what opens and closes, and refuses before the parser sees it. Must not know what the file means.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import IO

import ijson

MARK = b"\xef\xbb\xbf"
MOST_DEPTH = 100
MOST_DIGITS = 1_000

_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % (MOST_DIGITS + 1))


class GuardedJson:
    """A JSON file from its first sign: a byte order mark is none of JSON. Each `read` looks at what it gives."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        if file.read(len(MARK)) != MARK:
            file.seek(0)
        self._file = file
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._digits = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises: ijson.JSONError."""
        content = self._file.read(size)
        outside = self._outside(content)
        brackets = outside.translate(None, _ALL_BUT_BRACKETS)
        depths = list(accumulate((1 if each in b"[{" else -1 for each in brackets), initial=self._depth))
        if max(depths) > MOST_DEPTH:
            raise ijson.JSONError(f"more than {MOST_DEPTH} values inside one another")
        if _LONG_NUMBER.search(self._digits + outside):
            raise ijson.JSONError(f"a number with more than {MOST_DIGITS} digits")
        self._depth, self._digits = depths[-1], (self._digits + outside)[-MOST_DIGITS:]
        return content

    def _outside(self, content: bytes) -> bytes:
        """What stands outside of texts."""
        if self._escaped and content:
            content, self._escaped = b" " + content[1:], False
        content = content.replace(b"\\\\", b"  ")
        if content.endswith(b"\\"):
            self._escaped = True
        pieces = content.replace(b'\\"', b"  ").split(b'"')
        outside = b'"'.join(pieces[1 if self._in_text else 0 :: 2])
        self._in_text ^= len(pieces) % 2 == 0
        return outside
