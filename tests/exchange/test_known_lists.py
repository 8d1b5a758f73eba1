"""Lists of hashes as other systems write them: what is understood, and what is named with its line."""

from __future__ import annotations

import contextlib
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.errors import Invalid
from workspace.exchange.known_lists import ReadList, read_hashes
from workspace.rules.known import ALGORITHMS, OF_NOTHING

FILE = b"a known file"
MD5, SHA1, SHA256 = (getattr(hashlib, name)(FILE).hexdigest() for name in ("md5", "sha1", "sha256"))
PDQ = "f8" * 32


def read(text: str, encoding: str = "utf-8") -> ReadList:
    return read_hashes(io.BytesIO(text.encode(encoding)))


def held(found: ReadList) -> set[tuple[int, str]]:
    return {(algorithm, digest.hex()) for algorithm, digests in found.marks.items() for digest in digests}


EVERY = {(1, MD5), (2, SHA1), (3, SHA256), (4, PDQ)}


@pytest.mark.parametrize(
    "text",
    [
        f"md5,sha1,sha256,pdq\n{MD5},{SHA1},{SHA256},{PDQ}\n",
        f"MD5;SHA-1;SHA-256;PDQ\r\n{MD5.upper()};{SHA1};{SHA256};{PDQ}\r\n",
        f'\ufeff"SHA-1","MD5","SHA 256","pdq"\n"{SHA1}","{MD5}","{SHA256}","{PDQ}"\n',
        f"algorithm\tdigest\nMD5\t{MD5}\nSHA-1\t{SHA1}\nsha256\t{SHA256}\nPDQ\t{PDQ}\n",
        f"HashName,HashValue\n\nSHA1, {SHA1}\nMD5,{MD5}\nSHA256,{SHA256}\npdq,{PDQ}\n",
    ],
    ids=["header", "semicolons", "quotes and mark", "pairs by tab", "pairs and empty lines"],
)
def test_a_list_is_understood_however_it_is_written(text: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        found = read(text.lstrip("\ufeff") if encoding == "utf-16" else text, encoding)

        assert held(found) == EVERY
        assert (found.faults, found.remarks) == ([], [])


def test_the_result_of_another_tool_gives_its_hashes_and_its_other_columns_are_left_aside() -> None:
    """As IPED writes its list of files; and a column of hashes that says no algorithm."""
    iped = read(
        f'Name,Link,Size,Ext,Bookmark,Categories,Path,MD5,Deleted\n"a, '
        f'b.jpg",x,12,jpg,,Images,p/a,{MD5.upper()},false\n'
    )
    unnamed = read(f"Name;hash\na;{SHA1}\n")

    assert (held(iped), iped.faults) == ({(1, MD5)}, [])
    assert (held(unnamed), unnamed.remarks) == ({(2, SHA1)}, ["left aside: Name"])


def test_without_a_header_a_hash_is_known_by_its_length() -> None:
    found = read(f"{MD5}\n{SHA1}\n{SHA256}\n")

    assert held(found) == EVERY - {(4, PDQ)}


def test_a_line_with_a_fault_is_named_and_not_taken_in_part() -> None:
    found = read(f"md5,sha1,name\n{MD5},{SHA1},a\n{MD5[:-1]},{'0' * 40},b\nxyz{MD5[3:]},,c\n,,d\n{MD5},,e\n")

    assert held(found) == {(1, MD5), (2, SHA1)}
    assert found.faults == [
        f"line 3: MD5: has 31 digits where it has 32: «{MD5[:-1]}»",
        f"line 4: MD5: «xyz{MD5[3:]}» is not hexadecimal",
        "line 5: there is no hash",
    ]
    assert found.remarks == ["left aside: name", "hashes that stand there more than once: 1"]


def test_an_unknown_algorithm_is_named() -> None:
    found = read(f"type,hash\nsha512,{SHA256}\nmd5,{MD5}\n")

    assert found.faults == ["line 2: hash: «sha512» is no algorithm that is read here"]
    assert held(found) == {(1, MD5)}


@pytest.mark.parametrize(("algorithm", "digest"), sorted(OF_NOTHING))
def test_the_hash_of_nothing_is_refused_by_name(algorithm: int, digest: bytes) -> None:
    name = {number: name for name, number in ALGORITHMS.items()}[algorithm]

    found = read(f"{name}\n{digest.hex()}\n")

    assert len(found) == 0
    (fault,) = found.faults
    assert "empty file or picture" in fault


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe"])
def test_what_is_no_list_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_hashes(io.BytesIO(content))

    assert refusal.value.facts["faults"]


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_whatever_comes_is_a_list_with_its_faults_or_none(text: str) -> None:
    with contextlib.suppress(Invalid):
        found = read(text)
        assert found.fault_count == len(found.faults)
        assert not OF_NOTHING & {(each.algorithm, each.digest) for each in found.hashes()}
