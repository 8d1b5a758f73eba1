"""Paths on a seized device: which can be written down, and the list of content that a sender and we compare."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from workspace.rules.old_names import reading

MAX_PATH_CHARACTERS = 4096
"""A request that names a longer path is not understood."""
MAX_PATH_BYTES = 2500
"""A path is unique in its exhibit by an index, whose entries hold no more than 2704 bytes with the exhibit's id."""


def path_refusal(path: str) -> str | None:
    """`unsafe_path` for a path that leads out of its device or cannot be written down; None for any other."""
    parts = re.split(r"[/\\]", path)
    strange = not path or is_too_long(path) or ".." in parts or path.startswith("/") or "\0" in path
    return "unsafe_path" if strange or any(unicodedata.category(each) == "Cs" for each in path) else None


def path_text(path: bytes) -> str:
    """A path of a device as text. Where its bytes are no UTF-8, the text is how a person reads it, if words can be
    read,
    and behind it every byte: «Фото/1.jpg ⟨\\xd4\\xee\\xf2\\xee/1.jpg⟩». Control characters stand as escapes."""
    parts = path.split(b"/")
    escaped = _without_controls(
        "/".join(part.decode("utf-8" if is_text(part) else "ascii", "backslashreplace") for part in parts)
    )
    readable = [_read(part) for part in parts]
    if is_text(path) or None in readable:
        return escaped
    return _without_controls("/".join(part for part in readable if part is not None)) + f" ⟨{escaped}⟩"


def without_root(path: bytes) -> bytes:
    """The path of an archive's member as it goes on behind that of its archive: a root («/data/1.jpg») is lost in it. A
    drive or a server («C:\\1.jpg», «\\\\server\\1.jpg») stays: nothing is opened by it, and two drives are two."""
    return path.lstrip(b"/") or path


def is_text(path: bytes) -> bool:
    """Whether the bytes of a path are UTF-8, so that its text says all of them."""
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def told_apart(path: str, content: bytes) -> str:
    """The path with the beginning of a digest behind it: of its bytes or of its file's content, where the text alone
    cannot tell two files apart."""
    return f"{path} ⟨{hashlib.sha256(content).hexdigest()[:16]}⟩"


def _read(part: bytes) -> str | None:
    return part.decode() if is_text(part) else reading(part)


def _without_controls(text: str) -> str:
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in ("Cc", "Cs") else char for char in text
    )


def is_too_long(path: str) -> bool:
    """Whether a path cannot be listed whole."""
    return len(path.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES


def manifest_of(files: Iterable[tuple[bytes, bytes]]) -> bytes:
    """SHA-256 over the lines «<SHA-256 in hex>  <path>», sorted by path, as `sha256sum` writes them. files: (path in
    the device's bytes, SHA-256)."""
    lines = (sha256.hex().encode() + b"  " + path + b"\n" for path, sha256 in sorted(files))
    return hashlib.sha256(b"".join(lines)).digest()
