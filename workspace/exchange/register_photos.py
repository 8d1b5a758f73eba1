"""The photos that a register names: files beside it, found in whichever form their names are written, or photos that
stand in the register itself as base64.

Looks at names and sizes only; never decodes a photo, that is the sandbox's work.
"""

from __future__ import annotations

import binascii
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workspace.errors import Text
from workspace.exchange.register_records import readable
from workspace.rules.comparison import comparison_key

MAX_PHOTOS = 50
MAX_PHOTO_BYTES = 100 * 1024 * 1024
SHORTEST_BASE64 = 200
"""A shorter text is a file's name. The smallest portrait is some hundred bytes."""

_SEPARATOR = re.compile(r";(?!\s*(?:base64|charset)\b)|\|")  # data:image/jpeg;base64,… is one name
_DATA = re.compile(r"data:[^,]{0,100},", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True)
class InlinePhoto:
    """A photo that stands in the register. name: how it is told, as «photo 2»."""

    name: str
    content: bytes


class PhotoFault(Exception):
    """A photo that cannot be taken, and why."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


def photo_names(text: str) -> tuple[str, ...]:
    """What stands among the photos of an entry: names of files, or whole photos."""
    return tuple(part.strip() for part in _SEPARATOR.split(text) if part.strip())


class Photos:
    """The photos of one register; names of files are paths inside its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listed: dict[Path, dict[str, list[str]]] = {}

    def find(self, name: str, place: int) -> Path | InlinePhoto:
        """The photo of this name. place: its place among the entry's photos.

        Raises:
            PhotoFault: it cannot be taken.
        """
        data = _DATA.match(name)
        if data or (len(name) >= SHORTEST_BASE64 and _BASE64.fullmatch(re.sub(r"\s", "", name))):
            return InlinePhoto(f"photo {place}", _from_base64(name[data.end() :] if data else name, place))
        return self._file(name)

    def _file(self, name: str) -> Path:
        path = readable(name[:200])
        inside = name if os.path.isfile(self._folder / name) else name.replace("\\", "/")
        parts = [part for part in inside.split("/") if part not in ("", ".")]
        if inside.startswith("/") or re.match("[A-Za-z]:", inside) or ".." in parts or not parts or "\0" in inside:
            raise PhotoFault(Text("photos '{path}' must be a path inside the register's folder, without ..", path=path))
        folder = self._folder.resolve()
        try:
            photo = self._existing(folder, parts, path).resolve(strict=True)
            size = photo.stat().st_size
        except (OSError, ValueError) as cause:
            raise PhotoFault(Text("photos '{path}' is not there", path=path)) from cause
        if not photo.is_relative_to(folder):
            raise PhotoFault(Text("photos '{path}' is a link that leaves the register's folder", path=path))
        if not photo.is_file():
            raise PhotoFault(Text("photos '{path}' is not a file", path=path))
        _require_size(size, path)
        return photo

    def _existing(self, folder: Path, parts: list[str], path: str) -> Path:
        """The path as it stands on the disk: letter for letter, else the only one of equal comparison key, as «é» in
        two parts, or another case."""
        for part in parts:
            if not os.path.lexists(folder / part):
                alike = self._names(folder).get(comparison_key(part), [])
                if len(alike) > 1:
                    raise PhotoFault(
                        Text("photos '{path}' could be {names}", path=path, names=sorted(map(readable, alike)))
                    )
                part = alike[0] if alike else part
            folder = folder / part
        return folder

    def _names(self, folder: Path) -> dict[str, list[str]]:
        if folder not in self._listed:
            names = self._listed[folder] = {}
            for each in _listed(folder):
                names.setdefault(comparison_key(each), []).append(each)
        return self._listed[folder]


def _listed(folder: Path) -> Iterator[str]:
    try:
        yield from os.listdir(folder)
    except OSError:
        return


def _from_base64(text: str, place: int) -> bytes:
    plain = re.sub(r"\s", "", text).replace("-", "+").replace("_", "/")
    try:
        content = binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except ValueError as cause:
        raise PhotoFault(Text("photos: photo {place} is not base64 ({reason})", place=place, reason=cause)) from cause
    _require_size(len(content), f"photo {place}")
    return content


def _require_size(size: int, path: str) -> None:
    if not 0 < size <= MAX_PHOTO_BYTES:
        raise PhotoFault(
            Text("photos '{path}' has {size} bytes; 1 to {most} are taken", path=path, size=size, most=MAX_PHOTO_BYTES)
        )
