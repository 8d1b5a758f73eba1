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


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
def test_a_column_of_kinds_of_files_names_no_algorithm(mark: str, delimiter: str) -> None:
    """IPED and others save the columns that somebody chose, «type» and «hash» among them."""
    both = f"name,type,hash,md5,sha-1\na,jpg,{MD5},{MD5},{SHA1}\nb,mp4,{MD5[::-1]},{MD5[::-1]},{SHA1[::-1]}\n"
    alone = f'"name","type","hash"\n"a","jpg","{MD5}"\n"b","mp4","{SHA1}"\n'

    found, by_length = (read((mark + text).replace(",", delimiter)) for text in (both, alone))

    assert (held(found), found.faults) == ({(1, MD5), (1, MD5[::-1]), (2, SHA1), (2, SHA1[::-1])}, [])
    assert (held(by_length), by_length.faults) == ({(1, MD5), (2, SHA1)}, [])


def test_a_name_of_several_lines_stands_before_its_hashes_as_behind_them() -> None:
    found = read(f'name,md5,path\n"two\r\nlines",{MD5},"/a\nb"\n"a ""b""\nc",{MD5[::-1]},x\n')

    assert (held(found), found.faults) == ({(1, MD5), (1, MD5[::-1])}, [])


def test_without_a_header_a_hash_is_known_by_its_length() -> None:
    found = read(f"{MD5}\n{SHA1}\n{SHA256}\n")

    assert held(found) == EVERY - {(4, PDQ)}


@pytest.mark.parametrize(
    "text",
    [
        f"{MD5}  a file.jpg\n{SHA1} *b, c.jpg\n{SHA256}  d\n",
        f"MD5 (a, b.jpg) = {MD5}\nSHA1(b)= {SHA1}\nSHA2-256(c)= {SHA256}\n",
        f"%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,sha256,filename\n## Invoked from: /x\n12,{MD5},{SHA1},{SHA256},/a/b\n",
        f"\\{MD5}  C:\\\\a.jpg\n\\{SHA1} *\\\\\\\\server\\\\b.jpg\n{SHA256}  /data/media/0/c.jpg\n",
        f"a.jpg,{MD5}\nb.jpg,{SHA1}\nc.jpg,{SHA256}\n",
        f"{MD5},{SHA1},{SHA256}\n",
        f"# made by hand\nmd5:{MD5}\nsha1:0x{SHA1.upper()}\nsha256:{SHA256}\n",
        f"Hash list, 2026\n\nFile Name,MD5 Hash,SHA1Hash,Hash (SHA-256)\na,{MD5},{SHA1},{SHA256}\n",
        f"sep=;\r\nfile_md5;file_sha1;sha256sum\r\n{MD5};{SHA1};{SHA256}\r\n",
        f'md5\tsha1\tsha256\n="{MD5}"\t\'{SHA1}\t\u200b{SHA256}\xa0\n',
        f"md5,sha1,sha256\n{MD5},n/a,-\nNULL,{SHA1},unknown\n,None,{SHA256}\n",
        f"md5,sha1,sha256,name\r{MD5},,,a\r\n,{SHA1},,b\n,,{SHA256},\u00fc",
    ],
    ids=[
        "md5sum", "BSD and OpenSSL", "hashdeep", "md5sum of Windows' paths", "names first",
        "several in a line", "prefixes and notes",
        "other names of columns", "sep=", "around a text", "words for nothing", "ends of lines",
    ],
)  # fmt: skip
def test_what_programs_that_compute_hashes_print_is_read(text: str) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32"):
        found = read(text, encoding)

        assert held(found) == EVERY - {(4, PDQ)}
        assert found.faults == []


@pytest.mark.parametrize(
    "line",
    ['{other},"a name without an end', '{other},a "b", c" d', "{other},x\x00y", "{other}," + "x" * 3_000_000],
    ids=["no end", "marks inside", "NUL", "endless"],
)
def test_a_broken_line_takes_no_other_with_it(line: str) -> None:
    """A mark that opens and never closes takes the rest of a list in, for whoever reads it as CSV alone."""
    found = read(f"md5,name\n{MD5},a\n{line.format(other=MD5[::-1])}\n{MD5[1:] + '0'},b\n")

    assert held(found) == {(1, MD5), (1, MD5[::-1]), (1, MD5[1:] + "0")}


def test_a_picture_with_too_little_detail_is_left_aside_and_counted() -> None:
    told = read(f"pdq,quality\n{PDQ},{'50' * 3000}\n{PDQ[::-1]},{'0' * 5000}49\n{'9' * 64},\n")
    frames = read(f"{PDQ},100,0.000\n{PDQ[::-1]},12,1.000\n")

    assert (held(told), told.faults) == ({(4, PDQ), (4, "9" * 64)}, [])
    assert (held(frames), frames.faults) == ({(4, PDQ)}, [])
    assert told.remarks == frames.remarks == ["left aside, for a quality below 50: 1 PDQ"]


def test_a_category_in_words_is_no_number_and_a_number_may_have_a_fraction() -> None:
    words = read(f"md5,category\n{MD5},Image\n{MD5[::-1]},Video\n")
    numbers = read(f"md5,category\n{MD5},1.0\n")

    assert (len(words), words.faults) == (2, [])
    assert [each.category for each in numbers.hashes()] == [1]


def test_what_is_wrong_with_a_line_is_named_and_its_other_hashes_are_taken() -> None:
    found = read(f"md5,sha1,name\n{MD5},{SHA1},a\n{MD5[:-1]},{'0' * 40},b\nxyz{MD5[3:]},,c\n,,d\n{MD5},,e\n")

    assert held(found) == {(1, MD5), (2, SHA1), (2, "0" * 40)}
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


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no line"),
        (b"\n\n \n", "no line"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no text"),
        (b"\xff\xfe", "no line"),
        (b"PK\x03\x04\x14\x00", "a workbook or an archive"),
        (b"<?xml version='1.0'?><md5>x</md5>", "HTML or XML"),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole_and_says_what_it_is(content: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_hashes(io.BytesIO(content))

    assert why in refusal.value.facts["faults"][0]


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_whatever_comes_is_a_list_with_its_faults_or_none(text: str) -> None:
    with contextlib.suppress(Invalid):
        found = read(text)
        assert found.fault_count == len(found.faults)
        assert not OF_NOTHING & {(each.algorithm, each.digest) for each in found.hashes()}
