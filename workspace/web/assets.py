"""Addresses of the built front end, from the manifest that Vite writes beside it.

Exists so that templates name an entry («board») and never a hashed file. Must not build anything: setup.py does. Each
file lies there compressed as well (frontend/vite.config.ts), and goes out in the form that the browser takes.
"""

from __future__ import annotations

import json
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, request, send_from_directory, url_for
from werkzeug.security import safe_join

from workspace.errors import Unavailable

STATIC = Path(__file__).parent / "static"
ENTRIES = frozenset(
    {"page", "board", "lead", "gallery", "medium", "clue", "person", "exercise", "passkey", "referral", "style"}
)
"""The entries of frontend/vite.config.ts."""
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""The forms in which files lie beside their plain one, smallest first, and how their names end."""
HASHED = "assets/"
"""Files below it carry a digest of their content in their name: another content has another address."""
YEAR_S = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Give templates `asset` and `asset_imports`, and serve the files."""
    app.add_url_rule("/static/<path:filename>", "static", static_file)
    app.jinja_env.globals.update(asset=asset, asset_imports=asset_imports)


def static_file(filename: str) -> Response:
    """A file of the front end; a hashed one is kept by browsers and never asked for again."""
    encoding = _encoding(filename)
    answer = send_from_directory(
        STATIC, filename + ENCODINGS.get(encoding, ""), mimetype=mimetypes.guess_type(filename)[0], conditional=True
    )
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Vary"] = "Accept-Encoding"
    is_kept = filename.startswith(HASHED)
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable" if is_kept else "no-cache"
    return answer


def _encoding(filename: str) -> str:
    """The smallest form that lies there and that the browser takes; empty for the plain one."""
    for encoding, ending in ENCODINGS.items():
        stored = safe_join(str(STATIC), filename + ending)
        if request.accept_encodings[encoding] > 0 and stored is not None and Path(stored).is_file():
            return encoding
    return ""


def asset(entry: str) -> str:
    """The address of an entry's file.

    Raises:
        Unavailable: the front end is not built, or has no such entry.
    """
    return _address(str(_chunk(entry)["file"]))


def asset_imports(entry: str) -> list[str]:
    """Addresses of the files that an entry's script loads first, for the browser to fetch at once.

    Raises:
        Unavailable: the front end is not built, or has no such entry.
    """
    chunks = _manifest()
    seen: dict[str, str] = {}
    waiting = list(_chunk(entry).get("imports", []))
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen[name] = _address(str(chunks[name]["file"]))
            waiting.extend(chunks[name].get("imports", []))
    return list(seen.values())


def _chunk(entry: str) -> dict[str, Any]:
    for chunk in _manifest().values():
        if entry in ENTRIES and chunk.get("isEntry") and chunk.get("name") == entry:
            return cast("dict[str, Any]", chunk)
    raise Unavailable("The front end has no entry «{entry}»: one of {known}.", entry=entry, known=sorted(ENTRIES))


def _manifest() -> dict[str, Any]:
    path = STATIC / "manifest.json"
    try:
        return _read(path.stat().st_mtime_ns)
    except FileNotFoundError as cause:
        raise Unavailable("The front end is not built yet: python3 app.py setup") from cause


@cache
def _read(_written_ns: int) -> dict[str, Any]:
    """The manifest as it was written at this time: a new build is seen without a restart."""
    return cast("dict[str, Any]", json.loads((STATIC / "manifest.json").read_text(encoding="utf-8")))


def _address(file: str) -> str:
    return url_for("static", filename=file)
