"""The photos that a register names: files beside it, or sent with it, found in whichever form their names are written,
or photos that stand in the register itself as base64.

Looks at names and sizes only; never decodes a photo, that is the sandbox's work.
"""

from __future__ import annotations

import binascii
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote

from workspace.errors import Text
from workspace.exchange.register_records import readable
from workspace.rules.comparison import comparison_key

MAX_PHOTOS = 50
MAX_PHOTO_BYTES = 100 * 1024 * 1024
CHUNK_BYTES = 1 << 20
SHORTEST_BASE64 = 200
"""A shorter text is a file's name. The smallest portrait is some hundred bytes."""

_SEPARATOR = re.compile(r";(?!\s*(?:base64\b|charset=|name=|filename=))|\|")  # data:image/jpeg;base64,… is one name
_LISTED = re.compile(r"[,\n]")
_DATA = re.compile(r"data:[^,]{0,100},", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True)
class InlinePhoto:
    """A photo that stands in the register. name: how it is told, as «photo 2»."""

    name: str
    content: bytes


@dataclass(frozen=True)
class SentPhoto:
    """A photo that was sent with the register. name: its path as it was sent."""

    name: str
    stream: IO[bytes]

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return self.stream.seek(0, io.SEEK_END)

    def chunks(self) -> Iterator[bytes]:
        """Its bytes from the beginning."""
        self.stream.seek(0)
        while chunk := self.stream.read(CHUNK_BYTES):
            yield chunk


class PhotoFault(Exception):
    """A photo that cannot be taken, and why."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


def photo_names(text: str) -> tuple[str, ...]:
    """What stands among the photos of an entry: names of files, or whole photos."""
    return tuple(part.strip() for part in _SEPARATOR.split(text) if part.strip())


class Photos(Protocol):
    """Where the photos of one register are."""

    def named(self, name: str) -> Path | SentPhoto:
        """The photo of this path. Raises: PhotoFault: it cannot be taken."""


def find_photos(photos: Photos, name: str, place: int) -> list[Path | SentPhoto | InlinePhoto]:
    """What stands between two separators: a photo, or several names with commas or in lines, where each of them is
    there. place: as for `find_photo`.

    Raises:
        PhotoFault: it cannot be taken.
    """
    try:
        return [find_photo(photos, name, place)]
    except PhotoFault:
        names = (
            [part.strip() for part in _LISTED.split(name) if part.strip()] if len(name) < SHORTEST_BASE64 * 10 else []
        )
        if not 1 < len(names) <= MAX_PHOTOS:
            raise
        try:
            return [photos.named(each) for each in names]
        except PhotoFault:
            pass
        raise


def find_photo(photos: Photos, name: str, place: int) -> Path | SentPhoto | InlinePhoto:
    """What stands among the photos of an entry: a photo by its path, or a whole one. place: its place among them.

    Raises:
        PhotoFault: it cannot be taken.
    """
    data = _DATA.match(name)
    if data or (len(name) >= SHORTEST_BASE64 and _BASE64.fullmatch(re.sub(r"\s", "", name))):
        return InlinePhoto(f"photo {place}", _from_base64(name[data.end() :] if data else name, place))
    return photos.named(name)


class SentPhotos:
    """Photos that were sent with the register in one request. They stay in memory.

    A browser that sends a folder puts the folder's own name first, so a photo is found by every ending of its path.
    """

    def __init__(self, sent: Iterable[tuple[str, IO[bytes]]]) -> None:
        self._by_path: dict[str, SentPhoto] = {}
        self._by_ending: dict[str, dict[str, SentPhoto]] = {}
        self._by_key: dict[str, dict[str, SentPhoto]] = {}
        for name, stream in sent:
            parts = _parts(name)
            if not parts:
                continue
            path = "/".join(parts)
            photo = self._by_path.setdefault(path, SentPhoto(path, stream))
            for start in range(len(parts)):
                ending = "/".join(parts[start:])
                self._by_ending.setdefault(ending, {})[path] = photo
                self._by_key.setdefault(comparison_key(ending), {})[path] = photo

    def named(self, name: str) -> SentPhoto:
        """The photo of this path, or of the only path that ends so, letter for letter, else by comparison key."""
        path = "/".join(_parts(name))
        found = self._by_path.get(path)
        if found is None:
            alike = self._by_ending.get(path) or self._by_key.get(comparison_key(path), {})
            if not alike:
                raise PhotoFault(Text("photos '{path}' is not there", path=readable(name[:200])))
            if len(alike) > 1:
                raise _doubtful(name, alike)
            [found] = alike.values()
        _require_size(found.size_bytes, readable(name[:200]))
        return found


class FolderPhotos:
    """Photos beside a register file; names are paths inside its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listed: dict[Path, dict[str, list[str]]] = {}

    def named(self, name: str) -> Path:
        """The file of this path. Raises: PhotoFault: it cannot be taken."""
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
                    raise _doubtful(path, alike)
                part = alike[0] if alike else part
            folder = folder / part
        return folder

    def _names(self, folder: Path) -> dict[str, list[str]]:
        if folder not in self._listed:
            names = self._listed[folder] = {}
            for each in _listed(folder):
                names.setdefault(comparison_key(each), []).append(each)
        return self._listed[folder]


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]


def _doubtful(name: str, alike: Iterable[str]) -> PhotoFault:
    names = sorted(readable(each[:200]) for each in alike)[:5]
    return PhotoFault(Text("photos '{path}' could be {names}", path=readable(name[:200]), names=names))


def _listed(folder: Path) -> Iterator[str]:
    try:
        yield from os.listdir(folder)
    except OSError:
        return


def _from_base64(text: str, place: int) -> bytes:
    plain = re.sub(r"\s", "", unquote(text)).replace("-", "+").replace("_", "/")
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
