"""How much room the disks have that rows and media stand on.

PostgreSQL stops, and does not start again, once it cannot write its log (tried on a volume of 220 MB: PANIC, then the
recovery itself found no room for a segment of 16 MB). So writing stops before that, while reading goes on. Must not
decide what is said to people.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from workspace.errors import Unavailable

RESERVE_MB = 512
"""So much stays free on the database's disk. Writes under way, the log up to the next checkpoint and a vacuum still
find room in it; it is half of PostgreSQL's max_wal_size, 1 GB."""
LOW_SHARE = 0.9
"""From this share on the operators are told."""


@dataclass(frozen=True)
class Volume:
    """The disk on which a folder, or an open file (its descriptor), stands.

    A folder of None, or one that cannot be asked, is of no disk that is known here, and never full.
    """

    folder: Path | int | None
    reserve_bytes: int = RESERVE_MB << 20

    def used_share(self) -> float:
        """How much of it is used, 0 to 1: what an ordinary account cannot use counts as used."""
        facts = self._facts()
        return 1 - facts.f_bavail / facts.f_blocks if facts and facts.f_blocks else 0.0

    def is_low(self) -> bool:
        """Whether operators have to be told."""
        return self.used_share() >= LOW_SHARE or self.is_full()

    def is_full(self) -> bool:
        """Whether less is free than the reserve."""
        facts = self._facts()
        return facts is not None and facts.f_bavail * facts.f_frsize < self.reserve_bytes

    def require_room(self) -> None:
        """Pass if something can be written.

        Raises:
            Unavailable: the disk is full, reason `database_full`.
        """
        if self.is_full():
            raise Unavailable(
                "The disk of the database is full. Nothing was changed, and nothing can be stored until an operator "
                "makes room; what is there can be read.",
                reason="database_full",
            )

    def _facts(self) -> os.statvfs_result | None:
        try:
            return os.statvfs(self.folder) if self.folder is not None else None
        except OSError:
            return None
