"""Archives: their members are files of the exhibit, whatever cannot be taken is named, and nothing is unpacked in
clear."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import inflate64
import py7zr
import pytest
from backports import zstd

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.intake import end_intake, receive_files
from workspace.commands.readings import want_readings
from workspace.errors import Refused
from workspace.intake.archives import archive_type, members_of
from workspace.intake.documents import encrypted_parts
from workspace.intake.reception import find_files, take_file
from workspace.intake.unpacking import Budget
from workspace.intake.zips import ZIP_MOST_DIRECTORY_BYTES
from workspace.queries.intake import intake_report
from workspace.rules.paths import manifest_of, told_apart

JPEG_HEAD = b"\xff\xd8\xff\xe0"
Made = Callable[[Mapping[str, bytes]], bytes]


def zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def tarred(mode: str) -> Made:
    def made(files: Mapping[str, bytes]) -> bytes:
        held = io.BytesIO()
        with tarfile.open(fileobj=held, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in files.items():
                facts = tarfile.TarInfo(name)
                facts.size = len(content)
                archive.addfile(facts, io.BytesIO(content))
        return held.getvalue()

    return made


def seven_zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with py7zr.SevenZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return held.getvalue()


KINDS = {
    "zip": zipped,
    "tar": tarred("w"),
    "tar.gz": tarred("w:gz"),
    "tar.bz2": tarred("w:bz2"),
    "tar.xz": tarred("w:xz"),
    "7z": seven_zipped,
}


def listed(content: bytes) -> dict[str, str | bytes | None]:
    """By path: the member's content, or why it is not taken."""
    kind = archive_type(content[:4096])
    assert kind is not None
    return {
        member.path.decode(): member.refusal if member.pieces is None else b"".join(member.pieces)
        for member in members_of(io.BytesIO(content), kind, len(content))
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_archive_gives_its_files_whole(kind: str) -> None:
    files = {"DCIM/1.jpg": os.urandom(700_000), "empty": b"", "Фото/ü.txt": b"a" * 300_000, "DCIM/2.jpg": b"b"}

    assert listed(KINDS[kind](files)) == files


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_opens_every_member_and_names_those_that_cannot_be_taken(
    bench: Bench, material: Material, tmp_path: Path, kind: str
) -> None:
    portrait = material.portrait().read_bytes()
    path = tmp_path / f"phone.{kind}"
    path.write_bytes(
        KINDS[kind]({"DCIM/1.jpg": portrait, "notes.txt": b"words", "inner.zip": zipped({"a.jpg": portrait})})
    )
    bench.bring("EC", path)

    bench.work()

    lines = bench.rows(
        "select r.path, coalesce(r.refusal, m.refusal) as refusal, m.state, r.inside is not null as inside "
        "from received_file r left join media_item m on m.id = r.media_item_id "
        "where r.operation_id = :operation order by r.path"
    )
    assert [tuple(line) for line in lines] == [
        (f"phone.{kind}", None, "read", False),
        (f"phone.{kind}/DCIM/1.jpg", None, "read", True),
        (f"phone.{kind}/inner.zip", "archive_in_archive", None, True),
        (f"phone.{kind}/notes.txt", "kind_not_supported", None, True),
    ]
    assert len(bench.rows("select 1 from face where operation_id = :operation")) == 1
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, bench.operation.id)
    assert report.counts.adds_up
    assert (report.counts.received, report.counts.readable, report.counts.refused) == (4, 2, 2)
    assert (report.archives, report.groups) == (1, 1)


def test_a_member_leads_nowhere_out_of_its_archive_and_a_link_is_none(tmp_path: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, kind in (("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)):
            facts = tarfile.TarInfo(name)
            facts.type, facts.linkname = kind, "/etc/passwd"
            archive.addfile(facts)

    assert listed(held.getvalue()) == {"link": "not_a_file", "hard": "not_a_file", "pipe": "not_a_file"}


def test_a_path_that_leads_out_of_the_archive_is_refused_and_the_others_are_taken(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    path = tmp_path / "slip.zip"
    files = {"../../evil.jpg": b"\xff\xd8\xff\xe0", "good.jpg": material.portrait().read_bytes(), "nul_.jpg": JPEG_HEAD}
    path.write_bytes(zipped(files).replace(b"nul_.jpg", b"nul\0.jpg"))
    bench.bring("EC", path)

    bench.work()

    assert lines_of(bench) == [
        ("slip.zip", None),
        ("slip.zip/../../evil.jpg", "unsafe_path"),
        ("slip.zip/good.jpg", None),
        ("slip.zip/nul\\x00.jpg", None),
    ]


def lines_of(bench: Bench) -> list[tuple[str, str | None]]:
    """Every line's path, and why it was not taken."""
    found = bench.rows(
        'select path, refusal from received_file where operation_id = :operation order by path collate "C"'
    )
    return [(line.path, line.refusal) for line in found]


def test_a_path_from_a_root_goes_on_where_the_archive_s_ends(bench: Bench, tmp_path: Path) -> None:
    """As `tar -P`, extractions of phones and programs of Windows write them; two members stay two."""
    paths = [
        "/data/media/0/1.jpg", "data/media/0/1.jpg", "//data/media/0/2.jpg", "C:\\Users\\1.jpg", "D:\\Users\\1.jpg",
        "C:/Users/2.jpg", "\\\\server\\share\\1.jpg", "/data/../../1.jpg", "C:\\..\\..\\1.jpg", "/",
    ]  # fmt: skip
    contents = [JPEG_HEAD + bytes([number]) for number in range(len(paths))]
    path = tmp_path / "phone.tar"
    path.write_bytes(tarred("w")(dict(zip(paths, contents, strict=True))))
    bench.bring("EC", path)

    bench.work()

    assert lines_of(bench) == [
        ("phone.tar", None),
        ("phone.tar//", "unsafe_path"),
        ("phone.tar/C:/Users/2.jpg", None),
        ("phone.tar/C:\\..\\..\\1.jpg", "unsafe_path"),
        ("phone.tar/C:\\Users\\1.jpg", None),
        ("phone.tar/D:\\Users\\1.jpg", None),
        ("phone.tar/\\\\server\\share\\1.jpg", None),
        ("phone.tar/data/../../1.jpg", "unsafe_path"),
        ("phone.tar/data/media/0/1.jpg", None),
        (told_apart("phone.tar/data/media/0/1.jpg", sha256(contents[1]).digest()), None),
        ("phone.tar/data/media/0/2.jpg", None),
    ]


def test_a_7z_gives_every_member_whatever_it_is_called() -> None:
    """The library refuses a whole archive for one name with a drive, and two members of one name are one to it."""
    paths = ["C:/Users/1.jpg", "/data/1.jpg", "data/1.jpg", "./1.jpg", "a//1.jpg", "b", "b_0", "b", "x:y", "\ud83d.jpg"]
    held = io.BytesIO()
    with py7zr.SevenZipFile(held, "w") as archive:
        archive.set_encoded_header_mode(False)
        for number, path in enumerate(paths):
            archive.writestr(bytes([number]) * (1_000 + number), chr(0x4E00 + number) * len(path))

    def with_paths(header: bytes) -> bytes:
        for number, path in enumerate(paths):
            stands = (chr(0x4E00 + number) * len(path)).encode("utf-16-le")
            header = header.replace(stands, path.encode("utf-16-le", "surrogatepass"), 1)
        return header

    content = with_header(held.getvalue(), with_paths)

    found = [
        (member.path, None if member.pieces is None else b"".join(member.pieces))
        for member in members_of(io.BytesIO(content), "application/x-7z-compressed", len(content))
    ]

    assert found == [
        (path.encode("utf-8", "surrogatepass"), bytes([number]) * (1_000 + number)) for number, path in enumerate(paths)
    ]


def test_names_of_older_programs_are_told_so_that_people_can_read_them(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    own = "Фото/снимок.jpg".encode("cp1251")
    facts = zipfile.ZipInfo(own.decode("cp437"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(facts, material.portrait().read_bytes())
    content = held.getvalue().replace(facts.filename.encode(), own)  # the library would mark the name as UTF-8
    marked = int.from_bytes(content[6:8], "little")
    path = tmp_path / "old.zip"
    path.write_bytes(
        content if not marked & 0x800 else _unmarked(facts.filename, own, material.portrait().read_bytes())
    )
    bench.bring("EC", path)

    bench.work()

    member = bench.one(
        "select path, path_bytes, refusal from received_file where operation_id = :operation and inside is not null"
    )
    assert member.path.startswith("old.zip/Фото/снимок.jpg ⟨")
    assert (member.path_bytes, member.refusal) == (b"old.zip/" + own, None)


def _unmarked(name: str, own: bytes, content: bytes) -> bytes:
    """A ZIP with one member whose name is in its own bytes and not said to be UTF-8."""
    short = "x" * len(own)
    made = bytearray(zipped_stored({short: content}))
    at = 0
    while (at := made.find(short.encode(), at)) >= 0:
        made[at : at + len(own)] = own
        at += len(own)
    return bytes(made)


def zipped_stored(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_bomb_is_refused_by_name_and_what_stands_beside_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspace.intake.unpacking.MOST_ALLOWANCE_BYTES", 1 << 20)
    content = zipped({"first.txt": b"a", "bomb": bytes(3 << 20), "last.txt": b"z"})

    assert listed(content) == {"first.txt": b"a", "bomb": "too_large", "last.txt": b"z"}


def test_more_than_was_claimed_never_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspace.intake.unpacking.MOST_ALLOWANCE_BYTES", 1 << 20)
    monkeypatch.setattr("workspace.intake.unpacking.MOST_TIMES", 0)
    budget = Budget(100)

    assert budget.refusal(1 << 19) is None
    budget.spend(1 << 20)
    with pytest.raises(ValueError, match="more came out"):
        budget.spend(1)


def test_an_encrypted_member_is_named_and_the_others_are_taken(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    locked = bytearray(zipped_stored({"locked.jpg": material.portrait().read_bytes(), "open.txt": b"words"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = locked.index(mark)
        locked[found + at] |= 1
    held = io.BytesIO()
    with py7zr.SevenZipFile(held, "w", password="secret") as archive:
        archive.writestr(b"words", "a.txt")
    (tmp_path / "locked.zip").write_bytes(locked)
    (tmp_path / "locked.7z").write_bytes(held.getvalue())
    bench.bring("EC", tmp_path / "locked.zip", tmp_path / "locked.7z")

    bench.work()

    lines = bench.rows(
        "select r.path, coalesce(r.refusal, m.refusal) as refusal from received_file r "
        "left join media_item m on m.id = r.media_item_id where r.operation_id = :operation order by r.path"
    )
    assert [tuple(line) for line in lines] == [
        ("locked.7z", None),
        ("locked.7z/a.txt", "encrypted"),
        ("locked.zip", None),
        ("locked.zip/locked.jpg", "encrypted"),
        ("locked.zip/open.txt", "kind_not_supported"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_that_breaks_off_gives_what_it_holds_and_says_that_it_is_not_whole(
    bench: Bench, material: Material, tmp_path: Path, kind: str
) -> None:
    files = {"1.jpg": material.portrait().read_bytes(), "2.bin": os.urandom(1_200_000), "3.bin": os.urandom(400_000)}
    whole = KINDS[kind](files)
    cut = whole[:-300_000] if kind.startswith("tar") else whole[:-500_000] + bytes(200_000) + whole[-300_000:]
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(cut)
    bench.bring("EC", path)

    bench.work()

    archive = bench.one("select state, unseen from media_item where operation_id = :operation and kind = 'archive'")
    assert tuple(archive) == ("read", ["members"])
    assert bench.rows(
        "select 1 from received_file where operation_id = :operation and path like '%/1.jpg' and refusal is null"
    )


def test_what_is_no_archive_or_is_broken_at_its_beginning_is_refused_with_its_reason(
    bench: Bench, tmp_path: Path
) -> None:
    for name, content in (
        ("head.zip", zipped({"a": os.urandom(5000)})[:20]),
        ("head.gz", gzip.compress(b"only words" * 200)[:10]),
        ("half.7z", seven_zipped({"a": os.urandom(5000)})[:2000]),
    ):
        (tmp_path / name).write_bytes(content)
    bench.bring("EC", *(tmp_path / name for name in ("head.zip", "head.gz", "half.7z")))

    bench.work()

    lines = bench.rows(
        "select r.path, m.refusal from received_file r join media_item m on m.id = r.media_item_id "
        "where r.operation_id = :operation order by r.path"
    )
    assert [tuple(line) for line in lines] == [
        ("half.7z", "truncated"),
        ("head.gz", "damaged"),
        ("head.zip", "truncated"),
    ]


SOME = {f"{name}.jpg": os.urandom(3_000) for name in "abc"}


def salvaged(content: bytes) -> tuple[dict[str, bytes | str | None], bool]:
    """By path: what came of each member; and whether the archive said that it is whole."""
    kind = archive_type(content[:4096])
    assert kind is not None
    found: dict[str, bytes | str | None] = {}
    try:
        for member in members_of(io.BytesIO(content), kind, len(content)):
            path = member.path.decode("utf-8", "backslashreplace")
            found[path] = member.refusal if member.pieces is None else b"".join(member.pieces)
    except Refused:
        return found, False
    return found, True


def streamed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, is_wide: bool = False) -> bytes:
    """A ZIP whose sizes stand behind its members, as it is written where nobody can go back. is_wide: in 64 bits."""

    class Pipe(io.RawIOBase):
        content = b""

        def writable(self) -> bool:
            return True

        def write(self, more: object, /) -> int:
            self.content += bytes(more)  # type: ignore[call-overload]
            return len(more)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, content in files.items():
            with archive.open(name, "w", force_zip64=is_wide) as member:
                member.write(content)
    return pipe.content


def without_list(content: bytes) -> bytes:
    """A ZIP that was cut off before its list of members."""
    return content[: content.index(b"PK\x01\x02")]


def renamed(content: bytes, name: bytes, other: bytes, flags: int = 0) -> bytes:
    """A ZIP whose list of members names one otherwise than the member itself does."""
    at = content.rindex(name)
    changed = bytearray(content[:at] + other + content[at + len(name) :])
    changed[at - 46 + 9] |= flags >> 8
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "is_whole"),
    [
        (without_list(zipped(SOME)), False),
        (without_list(streamed(SOME)), False),
        (without_list(streamed(SOME, is_wide=True)), False),
        (without_list(streamed(SOME, zipfile.ZIP_STORED, is_wide=True)), False),
        (zipped(SOME) + bytes(100_000), False),
        (renamed(zipped(SOME), b"b.jpg", b"\xff.jpg", flags=0x800), False),
        (renamed(zipped(SOME), b"b.jpg", b"B.jpg"), True),
        (zipped({"a.jpg": SOME["a.jpg"]}) + zipped({name: SOME[name] for name in ("b.jpg", "c.jpg")}), True),
        (b"PK00" + zipped(SOME), True),
        (tarred("w")({"a.jpg": SOME["a.jpg"]}) + tarred("w")({name: SOME[name] for name in ("b.jpg", "c.jpg")}), True),
        (gzip.compress(tarred("w")(SOME)) + b"something else", True),
        (lzma.compress(tarred("w")(SOME)[:5_000]) + lzma.compress(tarred("w")(SOME)[5_000:]), True),
    ],
    ids=[
        "zip without its list", "the same, written to a pipe", "in 64 bits",
        "in 64 bits, stored", "zip before much else", "a name that is no UTF-8",
        "a name that differs", "two zips", "a mark of volumes", "two tars", "gzip before other bytes", "two xz",
    ],
)  # fmt: skip
def test_whatever_stands_around_them_costs_no_member(content: bytes, is_whole: bool) -> None:
    found, said_whole = salvaged(content)

    assert sorted(filter(None, found.values()), key=repr) == sorted(SOME.values(), key=repr)
    assert said_whole == is_whole


def test_a_member_that_is_damaged_or_cut_gives_what_came_and_the_others_are_taken() -> None:
    broken_tar = bytearray(tarred("w")(SOME))
    second = 512 + 3_072
    broken_tar[second + 148 : second + 154] = b"777777"
    apart = io.BytesIO(seven_zipped({"a.jpg": SOME["a.jpg"]}))
    for name in ("b.jpg", "c.jpg"):
        with py7zr.SevenZipFile(apart, "a") as archive:
            archive.writestr(SOME[name], name)
        apart.seek(0)
    broken_seven = bytearray(apart.getvalue())
    broken_seven[1_000] ^= 0xFF

    assert salvaged(without_list(zipped(SOME))[:5_000])[0].keys() == {"a.jpg", "b.jpg"}
    assert len(salvaged(without_list(zipped(SOME))[:5_000])[0]["b.jpg"] or b"") > 1_500
    assert len(salvaged(tarred("w")(SOME)[:6_000])[0]["b.jpg"] or b"") == 6_000 - 2 * 512 - 3_072
    assert salvaged(bytes(broken_tar)) == ({name: SOME[name] for name in ("a.jpg", "c.jpg")}, False)
    found, is_whole = salvaged(bytes(broken_seven))
    assert ({name: found[name] for name in ("b.jpg", "c.jpg")}, is_whole) == (
        {name: SOME[name] for name in ("b.jpg", "c.jpg")},
        False,
    )


def test_a_tar_that_ends_between_two_members_says_that_it_is_not_whole() -> None:
    assert salvaged(tarred("w")(SOME)[: 2 * (512 + 3_072)])[1] is False


@pytest.mark.parametrize("kind", ["tar", "tar.gz"])
@pytest.mark.parametrize(
    ("said", "content", "becomes"),
    [
        ({"GNU.sparse.map": "0,3,5,3", "GNU.sparse.size": "10"}, b"abcdef", b"abc\0\0def\0\0"),
        ({"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}, b"5\n" + b"x" * 600, None),
        ({"GNU.sparse.map": "0,3,10,", "GNU.sparse.size": "13"}, b"abcdef", None),
        ({"GNU.sparse.map": f"0,3,{10**15},3", "GNU.sparse.size": f"{10**15 + 3}"}, b"abcdef", "too_large"),
    ],
    ids=["sound", "without its map", "with half a map", "endless"],
)
def test_a_sparse_member_of_a_tar_costs_no_other(
    kind: str, said: dict[str, str], content: bytes, becomes: str | bytes | None
) -> None:
    """Extractions hold databases and images with holes (GNU tar's manual, D.2); the first header is read at once."""
    facts = tarfile.TarInfo("sparse.db")
    facts.size, facts.pax_headers = len(content), said
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w" if kind == "tar" else "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(facts, io.BytesIO(content))
        after = tarfile.TarInfo("after.jpg")
        after.size = 5
        archive.addfile(after, io.BytesIO(b"after"))

    found, is_whole = salvaged(held.getvalue())

    assert found == ({"after.jpg": b"after"} if becomes is None else {"sparse.db": becomes, "after.jpg": b"after"})
    assert is_whole == (becomes is not None)


def test_a_member_whose_end_nobody_knows_is_not_whole_where_the_file_ends() -> None:
    content = streamed({"a.jpg": SOME["a.jpg"]}, zipfile.ZIP_STORED)[:2_000]

    member = next(members_of(io.BytesIO(content), "application/zip", len(content)))

    assert member.pieces is not None
    assert b"".join(member.pieces) == content[30 + len("a.jpg") :]
    assert not member.pieces.is_whole


def test_what_is_compressed_and_no_archive_is_one_file() -> None:
    held = io.BytesIO()
    with gzip.GzipFile("DCIM/1.jpg", "wb", fileobj=held) as file:
        file.write(SOME["a.jpg"])

    assert salvaged(held.getvalue()) == ({"1.jpg": SOME["a.jpg"]}, True)
    assert salvaged(lzma.compress(SOME["a.jpg"])) == ({"content": SOME["a.jpg"]}, True)
    assert salvaged(bz2.compress(SOME["a.jpg"])) == ({"content": SOME["a.jpg"]}, True)


def test_what_windows_packs_large_files_with_is_unpacked() -> None:
    """Deflate64 (APPNOTE 4.4.5, method 9)."""
    deflater = inflate64.Deflater()

    assert salvaged(by_hand(9, deflater.deflate(SOME["a.jpg"]) + deflater.flush()))[0] == {"a.jpg": SOME["a.jpg"]}


def by_hand(method: int, packed: bytes) -> bytes:
    """A ZIP of one member that is packed by a method which the library does not write (APPNOTE 4.4.5)."""
    content = SOME["a.jpg"]
    facts = struct.pack("<HHHHHIIIHH", 63, 0, method, 0, 0, zlib.crc32(content), len(packed), len(content), 5, 0)
    return b"PK\x03\x04" + facts + b"a.jpg" + packed


def test_what_newer_programs_pack_with_is_unpacked_and_what_is_not_known_says_what_opens_it() -> None:
    assert salvaged(by_hand(93, zstd.compress(SOME["a.jpg"])))[0] == {"a.jpg": SOME["a.jpg"]}
    assert salvaged(by_hand(95, lzma.compress(SOME["a.jpg"])))[0] == {"a.jpg": SOME["a.jpg"]}
    assert salvaged(by_hand(96, b"JPEG as WinZip packs it"))[0] == {"a.jpg": "archive_to_unpack"}
    tar = tarred("w")(SOME)
    assert salvaged(zstd.compress(tar[:5_000]) + zstd.compress(tar[5_000:])) == (SOME, True)
    assert salvaged(zstd.compress(tar)[:-2_000])[1] is False
    assert salvaged(zstd.compress(SOME["a.jpg"])) == ({"content": SOME["a.jpg"]}, True)


def in_two_blocks() -> bytes:
    """A 7z archive with one block of Zstandard and one of LZMA2, whose header is not packed."""
    held = io.BytesIO()
    for name, filters in (("a.jpg", py7zr.FILTER_ZSTD), ("b.jpg", py7zr.FILTER_LZMA2)):
        held.seek(0)
        with py7zr.SevenZipFile(held, "a" if held.getvalue() else "w", filters=[{"id": filters}]) as archive:
            archive.set_encoded_header_mode(False)
            archive.writestr(SOME[name], name)
    return held.getvalue()


def with_header(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A 7z archive with another header, and the sums of it."""
    behind, size = struct.unpack_from("<QQ", content, 12)
    header = change(content[32 + behind : 32 + behind + size])
    start = struct.pack("<QQI", behind, len(header), zlib.crc32(header))
    return content[:8] + struct.pack("<I", zlib.crc32(start)) + start + content[32 : 32 + behind] + header


@pytest.mark.parametrize(
    "coder", [b"\x24\x04\xf7\x11\x04", b"\x24\x03\x03\x01\x1b", b"\x23\x03\x04\x01"], ids=["LZ4", "BCJ2", "PPMd"]
)
def test_a_block_of_a_7z_that_is_packed_in_a_way_not_read_here_costs_no_other(coder: bytes) -> None:
    whole = in_two_blocks()
    assert salvaged(whole) == ({name: SOME[name] for name in ("a.jpg", "b.jpg")}, True)

    content = with_header(whole, lambda header: header.replace(b"\x24\x04\xf7\x11\x01", coder, 1))

    assert salvaged(content) == ({"a.jpg": "archive_to_unpack", "b.jpg": SOME["b.jpg"]}, True)


def test_a_block_behind_one_of_several_streams_is_found() -> None:
    """BCJ2 makes four streams of a program; 7-Zip packs photos into blocks behind it."""
    coder, streams = b"\x24\x04\xf7\x11\x01", b"\x06\x00\x02\x09"

    def of_two_streams(header: bytes) -> bytes:
        packed = int.from_bytes(header[6:8], "big") & 0x3FFF
        sizes = b"".join((0x8000 | size).to_bytes(2, "big") for size in (1_000, packed - 1_000))
        header = header.replace(streams + header[6:8], b"\x06\x00\x03\x09" + sizes, 1)
        properties = header[header.index(coder) + len(coder) :][:6]
        return header.replace(coder + properties, b"\x34\x03\x03\x01\x1b\x02\x01" + properties + b"\x00\x01", 1)

    content = with_header(in_two_blocks(), of_two_streams)

    assert salvaged(content) == ({"a.jpg": "archive_to_unpack", "b.jpg": SOME["b.jpg"]}, True)


@pytest.mark.parametrize("name", ["FILTER_ZSTD", "FILTER_BROTLI", "FILTER_BZIP2", "FILTER_LZMA2"])
def test_whatever_a_7z_is_packed_with_its_damage_is_told_and_no_member_is_lost(name: str) -> None:
    held = io.BytesIO()
    with py7zr.SevenZipFile(held, "w", filters=[{"id": getattr(py7zr, name)}]) as archive:
        for path, content in SOME.items():
            archive.writestr(content, path)
    broken = bytearray(held.getvalue())
    broken[40:60] = bytes(20)

    found, is_whole = salvaged(bytes(broken))

    assert (found.keys(), is_whole) == (SOME.keys(), False)


def test_a_header_of_a_7z_that_lies_is_a_damaged_archive_and_no_fault_of_ours() -> None:
    whole = in_two_blocks()
    for at in range(len(whole) - 60, len(whole)):
        changed = bytearray(whole)
        changed[at : at + 4] = b"\xff" * 4
        salvaged(with_header(bytes(changed), lambda header: header))


def test_a_tar_of_before_posix_is_one() -> None:
    old = bytearray(tarred("w")({"a.jpg": b"a"}))
    old[257:265] = bytes(8)
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old[:512])

    assert salvaged(bytes(old)) == ({"a.jpg": b"a"}, True)


def test_a_document_gives_its_pictures_and_not_its_hundred_parts(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    portrait = material.portrait().read_bytes()
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "word/media/sound.mp3": b"ID3"}
    media = {
        "image1.jpg": portrait,
        "image2.emf": bytes(40) + b" EMF",
        "image3.png": b"neither",
        "slide.zip": zipped({"a": b"a"}),
    }
    letter, locked = tmp_path / "letter.docx", tmp_path / "locked.odt"
    letter.write_bytes(zipped(parts | {f"word/media/{name}": content for name, content in media.items()}))
    entry = '<m:file-entry m:full-path="{}"{}'
    listed_parts = entry.format("Pictures/1.png", "/>") + entry.format(
        "Pictures/2.jpg", "><m:encryption-data><m:algorithm/></m:encryption-data></m:file-entry>"
    )
    open_and_locked = {"Pictures/1.png": portrait, "Pictures/2.jpg": b"\xff\xd8\xff\xe0" + os.urandom(999)}
    odt = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        **open_and_locked,
        "META-INF/manifest.xml": listed_parts.encode(),
    }
    locked.write_bytes(zipped(odt))
    bench.bring("EC", letter, locked)

    bench.work()

    rows = bench.rows(
        "select path, of_document, refusal from received_file where operation_id = :operation order by path"
    )
    assert [tuple(row) for row in rows] == [
        ("letter.docx", False, None),
        ("letter.docx/word/media/image1.jpg", True, None),
        ("letter.docx/word/media/image2.emf", True, "drawing_to_convert"),
        ("letter.docx/word/media/image3.png", True, "kind_not_supported"),
        ("letter.docx/word/media/slide.zip", True, "archive_in_archive"),
        ("letter.docx/word/media/sound.mp3", True, None),  # opened, for it may have a cover
        ("locked.odt", False, None),
        ("locked.odt/Pictures/1.png", True, None),
        ("locked.odt/Pictures/2.jpg", True, "encrypted"),
    ]


def test_the_same_archive_on_another_device_gives_its_files_there_too(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    path = tmp_path / "same.zip"
    path.write_bytes(zipped({"1.jpg": material.portrait().read_bytes()}))
    bench.bring("EC", path)
    bench.work()
    bench.bring("EC", path)

    with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
        assert want_readings(tx) >= 1
    bench.work()

    rows = bench.rows(
        "select count(*) as files, count(distinct exhibit_id) as exhibits, count(distinct media_item_id) as media "
        "from received_file where operation_id = :operation and inside is not null"
    )
    assert [tuple(row) for row in rows] == [(2, 2, 1)]


def test_the_sender_s_list_names_the_archive_and_not_what_it_holds(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    path = tmp_path / "phone.zip"
    path.write_bytes(zipped({"1.jpg": material.portrait().read_bytes()}))
    exhibit = bench.exhibit("EC")
    arrival = take_file(find_files([path])[0], store=bench.tools.store, key=bench.key)
    assert arrival.stored is not None
    analyst = bench.operation.person("EC", "analyst")
    with bench.app.write(analyst) as tx:
        receive_files(tx, exhibit, [arrival])
    bench.work()

    with bench.app.write(analyst) as tx:
        end_intake(tx, exhibit, manifest_sha256=manifest_of([(b"phone.zip", arrival.stored.sha256)]))

    ended = bench.one("select intake_ended_at, intake_failure from exhibit where id = :id", id=exhibit)
    assert ended.intake_ended_at is not None
    assert ended.intake_failure is None


def test_a_document_that_lists_more_than_can_be_read_at_once_is_not_read_for_what_is_encrypted(tmp_path: Path) -> None:
    path, long = tmp_path / "long.docx", ZIP_MOST_DIRECTORY_BYTES + 1
    with path.open("wb") as file:
        file.truncate(long)  # of zeros, which take no place on the disk
        file.seek(0, io.SEEK_END)
        file.write(b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, long, 0, 0))
    asked: list[int] = []

    class Noted(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(-1 if size is None else size)
            return super().read(size)

    with Noted(path) as noted:
        assert encrypted_parts(noted) == frozenset()

    assert long not in asked
