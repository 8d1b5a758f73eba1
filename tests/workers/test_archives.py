"""Archives: their members are files of the exhibit, whatever cannot be taken is named, and nothing is unpacked in
clear."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import py7zr
import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.intake import end_intake, receive_files
from workspace.commands.readings import want_readings
from workspace.intake.archives import archive_type, members_of
from workspace.intake.reception import find_files, take_file
from workspace.intake.unpacking import Budget
from workspace.queries.intake import intake_report
from workspace.rules.paths import manifest_of

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
    path.write_bytes(zipped({"../../evil.jpg": b"\xff\xd8\xff\xe0", "good.jpg": material.portrait().read_bytes()}))
    bench.bring("EC", path)

    bench.work()

    lines = bench.rows("select path, refusal from received_file where operation_id = :operation order by path")
    assert [tuple(line) for line in lines] == [
        ("slip.zip", None),
        ("slip.zip/../../evil.jpg", "unsafe_path"),
        ("slip.zip/good.jpg", None),
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
        "select path, path_bytes from received_file where operation_id = :operation and inside is not null"
    )
    assert member.path.startswith("old.zip/Фото/снимок.jpg ⟨")
    assert member.path_bytes == b"old.zip/" + own


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


def test_an_encrypted_member_is_named_and_an_encrypted_archive_refused(
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
        ("locked.7z", "encrypted"),
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
        ("half.zip", zipped({"a": os.urandom(5000)})[:2000]),
        ("text.gz", gzip.compress(b"only words" * 200)),
        ("half.7z", seven_zipped({"a": os.urandom(5000)})[:2000]),
    ):
        (tmp_path / name).write_bytes(content)
    bench.bring("EC", *(tmp_path / name for name in ("half.zip", "text.gz", "half.7z")))

    bench.work()

    lines = bench.rows(
        "select r.path, m.refusal from received_file r join media_item m on m.id = r.media_item_id "
        "where r.operation_id = :operation order by r.path"
    )
    assert [tuple(line) for line in lines] == [
        ("half.7z", "damaged"),
        ("half.zip", "truncated"),
        ("text.gz", "kind_not_supported"),
    ]


def test_a_document_gives_its_pictures_and_not_its_hundred_parts(
    bench: Bench, material: Material, tmp_path: Path
) -> None:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
    path = tmp_path / "letter.docx"
    path.write_bytes(zipped(parts | {"word/media/image1.jpg": material.portrait().read_bytes()}))
    bench.bring("EC", path)

    bench.work()

    paths = bench.rows("select path, of_document from received_file where operation_id = :operation order by path")
    assert [tuple(row) for row in paths] == [("letter.docx", False), ("letter.docx/word/media/image1.jpg", True)]


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
