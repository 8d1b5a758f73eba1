"""An exhibit as a case of the VICS 2.0 shape, read by a reader of its own made from the public description: Python's
JSON and the names that public readers ask for."""

from __future__ import annotations

import hashlib
import io
import json
from uuid import UUID

from workspace.exchange.vics import read_list, vics_head
from workspace.exchange.vics_case import VicsFile, case_of

EXHIBIT = UUID(int=7)


def content(number: int, *paths: str, identified: bool = False, series: tuple[str, ...] = ()) -> VicsFile:
    digests = [hashlib.new(name, b"%d" % number).digest() for name in ("md5", "sha1", "sha256")]
    return VicsFile(*digests, 1000 + number, "image/jpeg", list(paths), identified, list(series))


def written(*parts: list[VicsFile]) -> bytes:
    return b"".join(case_of(EXHIBIT, "Case «1»", "PE-D-1", parts))


def independently_read(case: bytes) -> dict[str, dict[str, object]]:
    """By MD5, as the public readers do: the case, its media, their files."""
    whole = json.loads(case)
    assert whole["@odata.context"].endswith("$metadata#Cases")
    (found,) = whole["value"]
    assert (found["CaseID"], found["CaseNumber"]) == (str(EXHIBIT), "Case «1»")
    assert [each["MediaID"] for each in found["Media"]] == list(range(1, len(found["Media"]) + 1))
    return {
        each["MD5"]: {
            "category": each["Category"],
            "sha1": each["SHA1"],
            "size": each["MediaSize"],
            "identified": each["VictimIdentified"],
            "series": each["Series"],
            "sha256": [h["HashValue"] for h in each["AlternativeHashes"] if h["HashName"] == "SHA256"],
            "files": [(f["FilePath"], f["FileName"], f["SourceID"]) for f in each["MediaFiles"]],
        }
        for each in found["Media"]
    }


def test_another_reader_finds_every_content_with_its_hashes_and_paths() -> None:
    first = content(1, "DCIM/a \u200b.jpg", "copy/é.jpg", identified=True, series=("S-1", "S-2"))
    second = content(2, "b.jpg")

    found = independently_read(written([first], [], [second]))

    assert found[first.md5.hex()] == {
        "category": None,
        "sha1": first.sha1.hex(),
        "size": 1001,
        "identified": True,
        "series": "S-1, S-2",
        "sha256": [first.sha256.hex()],
        "files": [("DCIM/a \u200b.jpg", "a \u200b.jpg", "PE-D-1"), ("copy/é.jpg", "é.jpg", "PE-D-1")],
    }
    assert found[second.md5.hex()]["series"] is None
    assert independently_read(written()) == {}


def test_what_is_written_is_read_here_again() -> None:
    contents = [content(number, f"{number}.jpg") for number in range(30)]
    file = io.BytesIO(written(contents[:7], contents[7:]))

    head, found = vics_head(file), read_list(file, "none")

    assert (head.version, head.is_case, found.faults) == ("2.0", True, [])
    assert {(each.algorithm, each.digest) for each in found.hashes()} == {
        (number, digest) for each in contents for number, digest in ((1, each.md5), (2, each.sha1), (3, each.sha256))
    }
