"""Addresses of the built front end, from the manifest that Vite writes beside it.

Exists so that templates name an entry («board») and never a hashed file. Must not build anything: setup.py does.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, url_for

from workspace.errors import Unavailable

STATIC = Path(__file__).parent / "static"
ENTRIES = frozenset({"page", "board", "lead", "exercise", "passkey", "style"})
"""The entries of frontend/vite.config.ts."""


def register(app: Flask) -> None:
    """Give templates `asset` and `asset_imports`."""
    app.jinja_env.globals.update(asset=asset, asset_imports=asset_imports)


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
