"""Cases of the VICS shape that come with an exhibit: how large they may be, and when one is probably another's.
Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from workspace.errors import Fault, Text
from workspace.rules.register_imports import MOST_KEPT_FAULTS

CaseScheme = Literal["none", "own", "us_2_0", "us_legacy"]
CASE_SCHEMES: tuple[CaseScheme, ...] = get_args(CaseScheme)
"""Which table the categories of a case follow; `none`: nobody said; `own`: the one by which the owner's country
grades."""
MOST_RECORDS = 1_000_000
"""Of one case."""
MOST_NAME = 200
"""Signs of the file's name."""
MOST_PATH = 1024
"""Signs of a path that are kept to be shown."""
MOST_STATED = 80
"""Signs of a category that is no number."""
FEW = 0.1
"""Less than this part of a case's records in the exhibit: it is probably another exhibit's."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A record that has a hash. place: in the file, from 1; category: its number; stated: what stands there where it is
    no number; path: the first that it names, as it stands there."""

    place: int
    md5: bytes | None
    sha1: bytes | None
    category: int | None
    stated: str | None
    path: str


@dataclass
class ReadCase:
    """A case that was read. version, region: as the file says; is_case: or a hash set in its place; records: those with
    a usable hash; count: all; faults are the first of fault_count."""

    version: str | None
    region: str | None
    is_case: bool
    records: list[CaseRecord] = field(default_factory=list)
    count: int = 0
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    remarks: list[Text] = field(default_factory=list)

    def refuse(self, fault: Fault) -> None:
        """Note what is wrong with one record."""
        self.fault_count += 1
        if len(self.faults) < MOST_KEPT_FAULTS:
            self.faults.append(fault)


def is_another_exhibits(usable: int, matched: int, contents: int) -> bool:
    """Whether so few records are contents of the exhibit that the case is probably another's. contents: what the
    exhibit holds; while that is little, many records are missing rightly."""
    return usable > 0 and contents > 0 and matched < FEW * min(usable, contents)
