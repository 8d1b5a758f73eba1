"""Paths on a seized device: which can be written down, and the list of content that a sender and we compare."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

MAX_PATH_CHARACTERS = 4096
"""A request that names a longer path is not understood."""
MAX_PATH_BYTES = 2500
"""A path is unique in its exhibit by an index, whose entries hold no more than 2704 bytes with the exhibit's id."""


def path_refusal(path: str) -> str | None:
    """`unsafe_path` for a path that leads out of its device or cannot be written down; None for any other."""
    parts = re.split(r"[/\\]", path)
    strange = not path or is_too_long(path) or ".." in parts or path.startswith(("/", "\\"))
    return "unsafe_path" if strange or any(unicodedata.category(each) in ("Cc", "Cs") for each in path) else None


def is_too_long(path: str) -> bool:
    """Whether a path cannot be listed whole."""
    return len(path.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES


def manifest_of(files: Iterable[tuple[str, bytes]]) -> bytes:
    """SHA-256 over the lines «<SHA-256 in hex>  <path>», sorted by path, as `sha256sum` writes them. files: (path,
    SHA-256)."""
    lines = (f"{sha256.hex()}  {path}\n" for path, sha256 in sorted(files))
    return hashlib.sha256("".join(lines).encode()).digest()
