"""Notes of objects that are put into the store before a row names them: whoever is killed between the two leaves one.

A note stands beside the unfinished objects (the spool) and holds an address, which tells nothing to who does not hold
the key. Must not decide which objects a row names.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_PREFIX = "noted-"


class Notes:
    """The notes of a store, in a folder of this machine or of the store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, address: str) -> None:
        """Note an address; it is on the disk before the object can be."""
        handle = os.open(self._path(address), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, address: str) -> None:
        """Take a note away; one that is gone is none."""
        self._path(address).unlink(missing_ok=True)

    def older(self, *, than_s: float) -> list[str]:
        """The addresses that were noted so long ago."""
        found = []
        for path in sorted(self._folder.glob(_PREFIX + "*")):
            with suppress(FileNotFoundError):  # its upload has just ended
                if time.time() - path.stat().st_mtime >= than_s:
                    found.append(path.name.removeprefix(_PREFIX).replace("_", "/"))
        return found

    def _path(self, address: str) -> Path:
        return self._folder / (_PREFIX + address.replace("/", "_"))
