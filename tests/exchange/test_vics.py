"""Files of the VICS 1.3 and 2.0 shape: every trap that public readers and writers of it are known to set."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from workspace.errors import Invalid
from workspace.exchange.known_lists import ReadList
from workspace.exchange.vics import read_list, vics_head, vics_media
from workspace.rules.known import Meaning, Scheme

V13 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#"
V20 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#"


def md5(number: int) -> str:
    return hashlib.md5(b"file %d" % number).hexdigest()


def medium(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"MediaID": number, "Category": None, "MD5": md5(number), "MediaSize": 10, **more}


def hash_set(*media: Any, context: str = V13 + "Media") -> bytes:
    name = "odata.metadata" if context.startswith(V13) else "@odata.context"
    return json.dumps({name: context, "value": list(media)}).encode()


def case(*media: Any, **facts: Any) -> bytes:
    head = {"CaseID": "{1234}", "CaseNumber": "C-1", "TotalMediaFiles": 99, **facts}
    return json.dumps({"@odata.context": V20 + "Cases", "value": [{**head, "Media": list(media), "After": 1}]}).encode()


def read(content: bytes, scheme: Scheme = "none") -> ReadList:
    return read_list(io.BytesIO(content), scheme)


def marks(content: bytes, scheme: Scheme = "none") -> list[tuple[Meaning | None, int | None]]:
    return [(each.meaning, each.category) for each in read(content, scheme).hashes()]


def taken(content: bytes) -> set[str]:
    found = read(content)
    assert found.faults == []
    return {each.digest.hex() for each in found.hashes()}


ONE = {md5(1)}


@pytest.mark.parametrize(
    ("content", "version", "region", "is_case"),
    [
        (hash_set(medium()), "1.3", None, False),
        (hash_set(medium(), context=V20 + "Media"), "2.0", "US", False),
        (case(medium()), "2.0", "US", True),
        (json.dumps({"value": [{"Media": [medium()]}]}).encode(), None, None, True),
    ],
    ids=["1.3 set", "2.0 set", "2.0 case", "without context"],
)
def test_both_versions_and_both_roots_are_read(
    content: bytes, version: str | None, region: str | None, is_case: bool
) -> None:
    head = vics_head(io.BytesIO(content))

    assert (head.version, head.region, head.is_case) == (version, region, is_case)
    assert taken(content) == ONE


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + hash_set(medium()),
        hash_set(medium()).replace(b", ", b",\r\n  "),
        hash_set(medium()).replace(b'"MD5"', b'"md5"').replace(b'"value"', b'"Value"'),
        case(medium()).replace(b'"Media"', b'"MEDIA"'),
        hash_set(medium(MD5=md5(1).upper())),
        hash_set(medium(MediaSize="1234", VictimIdentified="false", IsDistributed="true", OffenderIdentified=None)),
        hash_set(medium(IsPrecategorized=True)),
        hash_set(medium(DateUpdated="2023-6-7T02:31:49.8300Z"), medium(DateUpdated="2023-06-07T02:31:49+01:00Z")),
        hash_set(medium(DateUpdated="/Date(1686105109830)/", RelativeFilePath="..\\..\\etc\\passwd")),
        hash_set(medium(MediaFiles=[{"MD5": md5(1), "FileName": "a.jpg", "FilePath": "C:\\..\\a.jpg"}] * 3)),
        hash_set(medium(1), {**medium(1), "MediaID": 2}),
        hash_set({**medium(), "SelfGenerated": "?", "Unknown": {"deep": [1, {"er": None}]}}),
        hash_set(medium(PhotoDNA="A" * 192, AlternativeHashes=[{"HashName": "PhotoDNA", "HashValue": "B" * 192}])),
        hash_set(medium(Miniature="/9j/", Exifs=[{"MD5": md5(1), "PropertyName": "Make", "PropertyValue": "x"}])),
        case(medium(), TotalMediaFiles="12", SeizureDate="7/6/2023"),
        hash_set(medium()).decode().encode("utf-16"),
        json.dumps([medium()]).encode(),
        json.dumps({"CaseID": "1", "Media": [medium()]}).encode(),
        json.dumps({"value": {"CaseID": "1", "Media": [medium()]}}).encode(),
        hash_set({"Category": 1, "SHA1": "n/a", "Series": None, "md5": f"0x{md5(1)}"}),
        hash_set(medium(VictimIdentified="No", AlternativeHashes=5)),
        hash_set(medium(AlternativeHashes={"HashName": "MD5", "HashValue": md5(1)})),
    ],
    ids=[
        "mark", "CRLF", "keys in other case", "MEDIA", "MD5 in capitals", "flags and sizes as texts",
        "all precategorized",
        "dates", "odd dates, paths that lead out", "several files of one", "two that name one",
        "keys that nobody knows",
        "PhotoDNA", "miniatures", "counts that do not agree", "UTF-16", "the array alone",
        "the case alone", "one case for a list of them", "another key first",
        "no list of hashes", "one hash for a list",
    ],
)  # fmt: skip
def test_what_the_tools_in_use_write_is_read(content: bytes) -> None:
    assert taken(content) == ONE


def test_a_record_gives_every_hash_that_is_read_here() -> None:
    sha1, sha256, pdq = "1" * 40, "2" * 64, "3" * 64
    other = [{"HashName": "SHA-256", "HashValue": sha256}, {"hashname": "pdq", "hashvalue": pdq}]

    found = read(hash_set(medium(SHA1=sha1, AlternativeHashes=other)))

    assert {(each.algorithm, each.digest.hex()) for each in found.hashes()} == {
        (1, md5(1)),
        (2, sha1),
        (3, sha256),
        (4, pdq),
    }


@pytest.mark.parametrize(
    ("scheme", "meanings"),
    [
        ("none", [None] * 7),
        ("us_2_0", ["irrelevant", "abuse", "relevant", "relevant", "relevant", "relevant", "relevant"]),
        ("us_legacy", ["relevant", "abuse", "relevant", "relevant", "relevant", "irrelevant", "relevant"]),
    ],
)
def test_0_and_5_stand_the_other_way_round_in_the_older_scheme_and_the_number_is_kept(
    scheme: Scheme, meanings: list[Meaning | None]
) -> None:
    numbers: list[int | str | None] = [0, 1, 2, 3, 4, "5", None]

    content = hash_set(*(medium(place, Category=number) for place, number in enumerate(numbers, 1)))

    assert marks(content, scheme) == list(zip(meanings, [0, 1, 2, 3, 4, 5, None], strict=True))


def test_who_is_identified_is_so_in_any_scheme_and_a_strange_category_is_named() -> None:
    content = hash_set(medium(1, Category=1, VictimIdentified="True"), medium(2, Category=8))

    assert marks(content) == [("identified", 1), (None, 8)]
    assert marks(content, "us_2_0") == [("identified", 1), ("relevant", 8)]
    assert read(content, "us_2_0").remarks == [
        "hash set of the VICS 1.3 shape, region not stated",
        "category 1: 1 records, taken as «Already identified»",
        "category 8: 1 records, taken as «Of interest»",
        "category 8 is none of the scheme that was chosen",
    ]


def test_numbers_that_stand_there_twice_are_named_and_every_record_is_taken() -> None:
    found = read(hash_set(medium(1), {**medium(2), "MediaID": 1}))

    assert len(found) == 2
    assert "numbers (MediaID) that stand there more than once: 1" in found.remarks


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (medium(MD5="d41d8cd98f00b204e9800998ecf8427e"), "empty file"),
        (medium(MD5="xyz"), "is not hexadecimal"),
        (medium(MD5=md5(1)[:-2]), "has 30 digits"),
        (medium(MD5=None), "there is no hash"),
        (medium(Category="first"), "no whole number"),
        (medium(Category=1.5), "no whole number"),
        (medium(Category=10**400), "no whole number"),
        (medium(VictimIdentified="maybe"), "neither true nor false"),
    ],
    ids=[
        "of an empty file",
        "no hex",
        "too short",
        "none",
        "category as word",
        "half a category",
        "huge category",
        "no flag",
    ],
)
def test_a_record_that_cannot_be_understood_is_named_and_the_others_taken(record: dict[str, Any], fault: str) -> None:
    found = read(hash_set(record, medium(2)))

    assert [each.digest.hex() for each in found.hashes()] == [md5(2)]
    assert len(found.faults) == 1
    assert found.faults[0].startswith("record 1: ")
    assert fault in found.faults[0]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"{}",
        b'{"value": []}',
        b'{"value": [1, 2]}',
        b'{"value": {"MD5": "x"}}',
        hash_set(medium())[:-20],
        hash_set(medium()).replace(b'"value"', b'"values"'),
    ],
)
def test_what_is_no_such_file_or_breaks_off_at_once_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read(content)

    assert refusal.value.facts["faults"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (hash_set(medium(1), medium(2))[:-20], "record 2: no JSON"),
        (hash_set(medium(1)).replace(b"]}", b",nil]}"), "record 2: no JSON"),
        (hash_set(medium(1), None), "record 2: is no record"),
        (hash_set(medium(1), medium(2, MD5=None, SHA1="xyz")), "record 2: SHA-1: «xyz»"),
        (hash_set(medium(1, SHA1="xyz")), "record 1: SHA-1: «xyz»"),
    ],
    ids=["breaks off", "a word that is none", "null", "no hash that can be read", "one of two hashes"],
)
def test_what_can_be_read_of_a_hash_set_can_be_taken(content: bytes, fault: str) -> None:
    found = read(content)

    assert [each.digest.hex() for each in found.hashes()] == [md5(1)]
    assert [each.startswith(fault) for each in found.faults] == [True]


def test_all_that_stands_in_a_record_is_there_in_its_order() -> None:
    records = [medium(3, Odd={"b": 1, "a": [None, True, "é😀"]}), medium(1), medium(2)]
    file = io.BytesIO(case(*records))

    assert [each.raw for each in vics_media(file, vics_head(file))] == records


def test_the_size_of_a_file_costs_no_memory_but_for_its_hashes() -> None:
    """20,000 records of 2 KB: 40 MB of JSON that is never held."""

    class Written(io.RawIOBase):
        """A file that is made where it is read."""

        def __init__(self) -> None:
            self.seek(0)

        def pieces(self) -> Iterator[bytes]:
            yield b'{"odata.metadata": "%sMedia", "value": [' % V13.encode()
            for number in range(20_000):
                yield (b"," if number else b"") + json.dumps(medium(number, Comments="x" * 2000)).encode()
            yield b"]}"

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
            self.left, self.coming = b"", self.pieces()
            self.read(offset)
            return offset

        def readinto(self, buffer: Any, /) -> int:
            while not self.left and (piece := next(self.coming, None)) is not None:
                self.left = piece
            part, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
            buffer[: len(part)] = part
            return len(part)

    tracemalloc.start()
    try:
        found = read_list(io.BufferedReader(Written()), "none")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(found) == 20_000
    assert peak < 12 << 20
