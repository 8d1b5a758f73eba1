"""A JSON file that is read in pieces, with bounds that the parser does not have: a value in a value in a value,
thousands deep, costs it the square of the depth, and a number of many thousand digits ends the process.

Counts outside of texts what opens and closes, and refuses before the parser sees it. A sign that the parser would end
at, a byte that is no UTF-8 or a bare control character, is replaced, and so is a comma behind the last of several values,
which many programs write. Must not know what the file means.
"""

from __future__ import annotations

import codecs
import re
from itertools import accumulate
from typing import IO

import ijson

MARK = b"\xef\xbb\xbf"
MOST_DEPTH = 100
MOST_DIGITS = 1_000

_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_CONTROLS_AS_SPACES = bytes(32 if each < 32 else each for each in range(256))
"""Outside of texts they are white space or wrong; inside they have to be escaped (RFC 8259, 7)."""
_SPARE_COMMA = re.compile(rb",(?=[ \t\r\n]*[\]}])")
_LAST_COMMA = re.compile(rb",[ \t\r\n]*\Z")
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % (MOST_DIGITS + 1))


class GuardedJson:
    """A JSON file from its first sign: a byte order mark is none of JSON. Each `read` looks at what it gives."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        if file.read(len(MARK)) != MARK:
            file.seek(0)
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._digits = self._pending = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises: ijson.JSONError."""
        while True:
            fresh = self._readable(size)
            content = self._guarded(self._pending + fresh)
            self._pending = b""
            if fresh and not self._in_text and (last := _LAST_COMMA.search(content)):
                # Whether it is one too many is told by what follows.
                self._pending, content = b",", content[: last.start()] + last[0][1:]
            if content or not fresh:
                return content

    def _guarded(self, content: bytes) -> bytes:
        """The same bytes, without commas that are too many. Raises: ijson.JSONError."""
        pieces, in_text = self._without_escapes(content).split(b'"'), self._in_text
        outside = b'"'.join(pieces[in_text::2])
        self._in_text ^= len(pieces) % 2 == 0
        brackets = outside.translate(None, _ALL_BUT_BRACKETS)
        depths = list(accumulate((1 if each in b"[{" else -1 for each in brackets), initial=self._depth))
        if max(depths) > MOST_DEPTH:
            raise ijson.JSONError(f"more than {MOST_DEPTH} values inside one another")
        if _LONG_NUMBER.search(self._digits + outside):
            raise ijson.JSONError(f"a number with more than {MOST_DIGITS} digits")
        self._depth, self._digits = depths[-1], (self._digits + outside)[-MOST_DIGITS:]
        return _without_spare_commas(content, pieces, in_text) if _SPARE_COMMA.search(outside) else content

    def _readable(self, size: int) -> bytes:
        """The next bytes, which are UTF-8 without control characters."""
        while True:
            read = self._file.read(size)
            text = self._decoder.decode(read, final=not read)
            if not text and read:
                continue  # the beginning of one sign
            return text.encode().translate(_CONTROLS_AS_SPACES)

    def _without_escapes(self, content: bytes) -> bytes:
        """As many bytes, without those that keep a text from ending where it seems to."""
        if self._escaped and content:
            content, self._escaped = b" " + content[1:], False
        content = content.replace(b"\\\\", b"  ")
        if content.endswith(b"\\"):
            self._escaped = True
        return content.replace(b'\\"', b"  ")


def _without_spare_commas(content: bytes, pieces: list[bytes], in_text: bool) -> bytes:
    """The same bytes, with spaces for commas that stand behind the last of several values. pieces: between the marks of
    texts; in_text: whether the first stands in one."""
    at, changed = 0, bytearray(content)
    for piece in pieces:
        for comma in () if in_text else _SPARE_COMMA.finditer(piece):
            changed[at + comma.start()] = ord(" ")
        at, in_text = at + len(piece) + 1, not in_text
    return bytes(changed)
