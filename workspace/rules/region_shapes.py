"""What a region inside a country is: a code of ISO 3166-2, a name, and its borders. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

REGION_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
"""ISO 3166-2: the country, and a part of it."""

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class RegionShape:
    """A region of a country. rings: of longitude and latitude, closed; a ring inside another is a hole."""

    code: str
    name: str
    rings: list[Ring]

    @property
    def country(self) -> str:
        """Its country, by ISO 3166-1."""
        return self.code[:2]
