"""Known material: what a list can say of files, and which hashes it can hold. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from workspace.errors import Fault
from workspace.rules.codes import SHARINGS
from workspace.rules.reasons import says_something

Meaning = Literal["identified", "abuse", "relevant", "irrelevant"]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
"""What is known of a file, in the order in which a file that several lists name is told: who is shown is identified
already; known abuse material; of interest otherwise; of no interest."""

Algorithm = Literal["md5", "sha1", "sha256", "pdq"]
ALGORITHMS: Mapping[Algorithm, int] = {"md5": 1, "sha1": 2, "sha256": 3, "pdq": 4}
"""By name: the number that stands in the rows."""
Scheme = Literal["none", "us_2_0", "us_legacy"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
"""Which table the categories of a VICS file follow; `none`: no table, their numbers are kept and mean nothing here."""
PDQ = ALGORITHMS["pdq"]
HASH_BYTES: Mapping[Algorithm, int] = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32}
MOST_HASHES = 1_000_000
"""Of one list."""
NOT_READ = "known"
"""The code in `unseen` of a medium that was not read because a list of its agency says so."""

OF_NOTHING: frozenset[tuple[int, bytes]] = frozenset(
    {
        (ALGORITHMS["md5"], hashlib.md5(b"", usedforsecurity=False).digest()),
        (ALGORITHMS["sha1"], hashlib.sha1(b"", usedforsecurity=False).digest()),
        (ALGORITHMS["sha256"], hashlib.sha256(b"").digest()),
        (PDQ, bytes(32)),
    }
)
"""The hashes of an empty file, and the PDQ of a picture without detail: lists in use hold them, and every such file
would be known."""


@dataclass(frozen=True, slots=True)
class KnownHash:
    """One hash of a list. meaning: where it differs from the list's. category: the number that the list gives it, as it
    stands there."""

    algorithm: int
    digest: bytes
    meaning: Meaning | None = None
    category: int | None = None


def list_faults(name: str, source: str, meaning: str, sharing: str, scheme: str = "none") -> list[Fault]:
    """What is wrong with what is said of a list."""
    faults = [
        Fault(field_name, "needs a letter or a digit")
        for field_name, value in (("name", name), ("source", source))
        if not says_something(value)
    ]
    faults += [
        Fault(field_name, "«{value}» is not one of {known}", value=value, known=known)
        for field_name, value, known in (
            ("meaning", meaning, MEANINGS),
            ("sharing", sharing, SHARINGS),
            ("scheme", scheme, SCHEMES),
        )
        if value not in known
    ]
    return faults
