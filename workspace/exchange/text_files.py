"""How a text file that another system wrote is encoded, and what a file is that is no text: told by its first bytes.

UTF-8 and UTF-16 are told apart without a mark too. Whoever sends a workbook, a paper or an archive in place of a text
is told so. Must not know what the text means.
"""

from __future__ import annotations

import codecs
import io
from typing import IO

from workspace.errors import Text

BEGINNING_BYTES = 4096
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The longer ones first: that of UTF-32 begins as that of UTF-16 does."""
_OTHER_FILES = (
    (b"PK\x03\x04", Text("it is a workbook or an archive: save the sheet as CSV, in UTF-8")),
    (b"\xd0\xcf\x11\xe0", Text("it is an older workbook or document: save the sheet as CSV, in UTF-8")),
    (b"%PDF", Text("it is a PDF: save what it lists as CSV, in UTF-8")),
    (b"<", Text("it is HTML or XML: save what it lists as CSV, in UTF-8")),
    (b"{\\rtf", Text("it is a document: save what it lists as CSV, in UTF-8")),
    (b"SQLite format 3", Text("it is a database: save what it lists as CSV, in UTF-8")),
    (b"7z\xbc\xaf", Text("it is an archive: unpack it")),
    (b"Rar!", Text("it is an archive: unpack it")),
    (b"\x1f\x8b", Text("it is an archive: unpack it")),
)
_LOOKED_AT = 400
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\v\f\r"))
_SELDOM = 12
"""A text has at most one control character in so many bytes: broken signs, which cost their own lines. In compressed
data there is one in ten."""


def encoding_of(beginning: bytes) -> str:
    """UTF-16 or UTF-32 where the file says so, or where every other byte of its beginning is empty; otherwise UTF-8."""
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            return name
    even, odd = beginning[:_LOOKED_AT:2], beginning[1:_LOOKED_AT:2]
    if odd.count(0) * 2 > len(odd) > 1 and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) * 2 > len(even) > 1 and not odd.count(0) else "utf-8-sig"


def other_file(beginning: bytes) -> Text | None:
    """What a file is that is no text; None for a text."""
    plain = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    for start, told in _OTHER_FILES:
        if plain.startswith(start):
            return told
    controls = len(beginning) - len(beginning.translate(None, _CONTROLS))
    is_text = encoding_of(beginning) != "utf-8-sig" or controls * _SELDOM <= len(beginning)
    return None if is_text else Text("it is no text: send CSV")


def in_utf_8(file: IO[bytes]) -> IO[bytes]:
    """The file itself, or, of one in UTF-16 or UTF-32, the same text in UTF-8; from its beginning."""
    file.seek(0)
    encoding = encoding_of(file.read(BEGINNING_BYTES))
    file.seek(0)
    return file if encoding == "utf-8-sig" else io.BufferedReader(_InUtf8(file, encoding))


def has_strange_signs(file: IO[bytes]) -> bool:
    """Whether a byte of a text is no UTF-8, or a control character stands bare in it."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while content := file.read(1 << 20):
            decoder.decode(content)
            if len(content) != len(content.translate(None, _CONTROLS)):
                return True
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return True
    finally:
        file.seek(0)
    return False


class _InUtf8(io.RawIOBase):
    """A text read in one encoding and given in UTF-8, which can be read again from its beginning."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation("it is read from its beginning")
        self._file.seek(0)
        self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        self._left = b""
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for its own Buffer
        while not self._left:
            more = self._file.read(BEGINNING_BYTES)
            self._left = self._decoder.decode(more, final=not more).encode()
            if not more:
                break
        given, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)
