"""Office documents and books, which are ZIPs: which of their hundred parts nobody looks for, and which are encrypted.

A part that may show something is named like any member where it cannot be taken; the others are left aside. Must not
store or write anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from workspace.errors import Refused
from workspace.intake.unpacking import BROKEN
from workspace.intake.zips import require_short_directory

MOST_LIST_BYTES = 1 << 20
"""A document's list of its encrypted parts is read no further than this."""
_LISTS = ("META-INF/manifest.xml", "META-INF/encryption.xml")
"""Where documents of OpenDocument (1.3, part 2, 4.8.4) and books (EPUB 3, OCF 4.2.6.3.2) say what is encrypted."""
_MARK = re.compile(rb"<(/?)(?:\w{1,20}:)?(?:file-entry|EncryptedData)\b[^>]{0,1000}>")
_PLACE = re.compile(rb"""\b(?:full-path|URI)\s{0,9}=\s{0,9}["']([^"']{1,1000})["']""")
_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
"""Fonts of books are often made unreadable so; nothing else is."""
_WHOLE = "encrypted-package"
"""All parts of a newer encrypted document, as one."""
_LEFT_ASIDE = frozenset({"empty", "kind_not_supported", "sound_alone"})
_PICTURES = re.compile(
    r"\.(?:jpe?g|jpe|jfif|png|gif|bmp|dib|tiff?|webp|hei[cf]|avif|jxl|jp2|mp4|m4v|mov|avi|wmv|mkv|webm|3gp|mpe?g)\Z",
    re.IGNORECASE,
)


def is_left_aside(path: bytes, refusal: str | None) -> bool:
    """Whether a part of a document that is not taken is one of those that show nothing: text, styles, fonts, sound. What
    is called a picture and cannot be read is none."""
    return refusal in _LEFT_ASIDE and not _PICTURES.search(path.decode("utf-8", "replace"))


def encrypted_parts(file: BinaryIO) -> frozenset[str]:
    """The paths of a document's parts that only look like parts: they need its password."""
    try:
        require_short_directory(file, file.seek(0, io.SEEK_END))
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            said = [archive.open(name).read(MOST_LIST_BYTES) for name in _LISTS if name in names]
    except (*BROKEN, NotImplementedError, Refused):  # what is wrong with the archive is said where it is opened
        return frozenset()
    named = {place for text in said for place in _encrypted_in(text)}
    return frozenset(named | ({_WHOLE} & names))


def _encrypted_in(text: bytes) -> Iterator[str]:
    """The paths that such a list says are encrypted."""
    begins: int | None = None
    for mark in _MARK.finditer(text):
        if not mark[1]:
            begins = None if mark[0].endswith(b"/>") else mark.start()
        elif begins is not None:
            entry = text[begins : mark.start()]
            begins = None
            found = _PLACE.search(entry)
            if found and b"ncrypt" in entry and not any(each in entry for each in _FONTS):
                yield found[1].decode("utf-8", "replace")
