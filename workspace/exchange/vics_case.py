"""Writes the files of an exhibit as a case of the VICS 2.0 shape, for the tools that read it: hashes, sizes and paths.

No picture leaves with it. A category is the one that stands in the owner's own table; what is not graded has none. The
data model is not public: the profile is that of `exchange/vics.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from workspace.exchange.words import EXERCISE_MARK

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/$metadata#Cases"
APPLICATION = "Concord"


@dataclass(frozen=True)
class VicsFile:
    """A content of an exhibit with every path at which it stood. is_identified: a list says who is shown on it;
    category: the owner's grade."""

    md5: bytes
    sha1: bytes
    sha256: bytes
    size_bytes: int
    media_type: str
    paths: list[str]
    is_identified: bool
    series: list[str]
    category: int | None = None


def case_of(
    exhibit_id: UUID, case: str, source: str, parts: Iterable[Sequence[VicsFile]], *, is_exercise: bool = False
) -> Iterator[bytes]:
    """The case, part by part. case: its number; source: the exhibit's label. An exercise's names itself as its source,
    the one place where the shape has words for the reader."""
    application = f"{APPLICATION} · {EXERCISE_MARK}" if is_exercise else APPLICATION
    head = {"CaseID": str(exhibit_id), "CaseNumber": case, "SourceApplicationName": application}
    yield (f'{{"@odata.context": {json.dumps(CONTEXT)}, "value": [{json.dumps(head)[:-1]}, "Media": [').encode()
    number = 0
    for part in parts:
        records = []
        for file in part:
            number += 1
            records.append(("," if number > 1 else "") + "\n" + json.dumps(_record(number, file, source)))
        yield "".join(records).encode()
    yield b"\n]}]}\n"


def _record(number: int, file: VicsFile, source: str) -> dict[str, Any]:
    md5 = file.md5.hex()
    return {
        "MediaID": number,
        "Category": file.category,
        "MD5": md5,
        "SHA1": file.sha1.hex(),
        "MediaSize": file.size_bytes,
        "MimeType": file.media_type,
        "VictimIdentified": file.is_identified,
        "Series": ", ".join(file.series) or None,
        "AlternativeHashes": [{"MD5": md5, "HashName": "SHA256", "HashValue": file.sha256.hex()}],
        "MediaFiles": [
            {"MD5": md5, "FileName": PurePosixPath(path).name, "FilePath": path, "SourceID": source}
            for path in file.paths
        ],
    }
