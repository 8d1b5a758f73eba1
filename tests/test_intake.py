"""Intake: every file that came has one line, and the report adds up."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S, until_somebody_waits
from workspace.cli.intake import who_acts
from workspace.commands.intake import (
    MAX_FILE_BYTES,
    end_intake,
    receive_exhibit,
    receive_file,
    receive_files,
    stop_intake,
)
from workspace.commands.lines import Arrival
from workspace.commands.people import create_agency
from workspace.commands.register_imports import send_register
from workspace.commands.registers import NewEntry, Portrait, import_register
from workspace.errors import Closed, Conflict, Forbidden, Invalid, NotFound, NotFresh, Unavailable
from workspace.intake import reception
from workspace.intake.reception import (
    DeviceFile,
    find_files,
    receive_folder,
    take_file,
    take_stream,
    take_upload,
)
from workspace.intake.registers import receive_register
from workspace.model import Exhibit, Operation, RegisterEntry
from workspace.model.database import Database
from workspace.queries.intake import exhibit_line, intake_report, refused_files, registers
from workspace.rules.actor import Standing
from workspace.rules.days import day_in
from workspace.rules.paths import MAX_PATH_BYTES, manifest_of, path_refusal, path_text
from workspace.rules.roles import EXHIBIT_RECEIVERS
from workspace.store.cipher import CHUNK_BYTES
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore, Stored

JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


@pytest.fixture
def key(operation: TestOperation) -> OperationKey:
    return OperationKey(str(operation.id), b"k" * 32)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore((tmp_path / "media").as_uri())


@pytest.fixture
def analyst(operation: TestOperation) -> int:
    return operation.person("EC", "analyst")


def exhibit(operation: TestOperation, database: Database, country: str = "EC", **facts: str) -> UUID:
    with database.write(operation.person(country, "analyst")) as tx:
        return receive_exhibit(tx, operation.id, **({"country": country} | FACTS | facts))


FACTS = {"label": "X-1", "kind": "phone", "case_reference": "case", "custodian": "custodian"}


def photo(path: str, content: bytes = b"a") -> Arrival:
    """A photo as if it had been stored."""
    digest = hashlib.sha256(content).digest()
    stored = Stored(digest, digest[:16], digest[:20], len(content), f"1/{digest.hex()[:2]}/{digest.hex()}")
    return Arrival(path, len(content), stored, "image/jpeg")


def rows(operation: TestOperation, sql: str) -> list[tuple[object, ...]]:
    with operation.workers.read(operation.service_id) as view:
        return [tuple(row) for row in view.session.execute(text(sql), {"operation": operation.id})]


# The exhibit


def test_an_exhibit_is_received_in_the_agency_s_shared_compartment(
    operation: TestOperation, database: Database
) -> None:
    first, second = exhibit(operation, database, label="A"), exhibit(operation, database, label="B")

    assert operation.row(Exhibit, first).compartment_id == operation.row(Exhibit, second).compartment_id
    assert operation.row(Exhibit, first).was_prepared is False
    assert operation.kinds() == ["exhibit:received"] * 2


def test_a_closed_exhibit_has_a_compartment_that_only_its_agency_opens(
    operation: TestOperation, database: Database
) -> None:
    closed = exhibit(operation, database, label="A", sharing="agency")
    other = exhibit(operation, database, label="B", sharing="agency")

    assert operation.row(Exhibit, closed).compartment_id != operation.row(Exhibit, other).compartment_id
    with database.read(operation.person("PE", "analyst")) as view:
        assert view.session.get(Exhibit, closed) is None


@pytest.mark.parametrize("facts", [{"kind": "toaster"}, {"label": "  "}, {"handling_code": "H9"}, {"sharing": "all"}])
def test_an_exhibit_that_cannot_be_understood_is_refused_with_its_faults(
    operation: TestOperation, database: Database, facts: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        exhibit(operation, database, **facts)

    assert refusal.value.facts["faults"]


def test_an_unknown_country_another_country_and_a_country_without_terms_are_refused(
    operation: TestOperation, database: Database
) -> None:
    with pytest.raises(Invalid, match="takes no part"):
        _receive(operation, database, "BR")
    with pytest.raises(Forbidden):
        _receive(operation, database, "PE")
    operation.change("update participation set accepted_at = null where operation_id = :id", id=operation.id)
    with pytest.raises((Forbidden, NotFound)):
        _receive(operation, database, "EC")


def _receive(operation: TestOperation, database: Database, country: str) -> UUID:
    with database.write(operation.person("EC", "analyst")) as tx:
        return receive_exhibit(tx, operation.id, country=country, **FACTS)


SPELLINGS = ("co-d-900", "CO\u2011D\u2011900", "CO-D-\u200b900", "\uff23\uff2f-D-900", "CO\u2212D\u2212900 ")


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_label_a_register_and_an_agency_are_one_however_they_are_spelled(
    spelled: str, operation: TestOperation, database: Database
) -> None:
    def register(name: str) -> UUID:
        with database.write(operation.person("EC", "analyst")) as tx:
            entry = NewEntry("1")
            return import_register(tx, operation.id, country="EC", name=name, legal_source="law", entries=[entry])

    def agency(name: str) -> int:
        with operation.workers.write(operation.service_id) as tx:
            return create_agency(tx, country="EC", name=f"{name} {operation.mark}", kind="police")

    exhibit(operation, database, label="CO-D-900")
    agency("CO-D-900")
    with pytest.raises(Conflict):
        exhibit(operation, database, label=spelled)
    with pytest.raises(Conflict):
        agency(spelled)
    assert register("CO-D-900") == register(spelled)


def test_what_stood_twice_before_labels_were_compared_is_listed_and_left(
    operation: TestOperation, database: Database
) -> None:
    first = exhibit(operation, database, label="CO-D-900")
    operation.change(
        "insert into exhibit (operation_id, compartment_id, country, label, kind, case_reference, custodian, "
        "was_prepared) "
        "select operation_id, compartment_id, country, 'co-d-900', kind, case_reference, custodian, false from exhibit "
        "where id = :id",
        id=first,
    )

    with database.read(operation.person("EC", "analyst")) as view:
        listed = {each.label: each.is_double for each in intake_report(view.session, operation.id).exhibits}
    assert listed == {"CO-D-900": False, "co-d-900": True}


def test_a_label_stands_once_a_country(operation: TestOperation, database: Database) -> None:
    exhibit(operation, database)
    with pytest.raises(Conflict):
        exhibit(operation, database)
    exhibit(operation, database, country="PE")


def test_a_closed_operation_and_an_observer_receive_nothing(operation: TestOperation, database: Database) -> None:
    with pytest.raises(Forbidden), database.write(operation.person("EC", "observer")) as tx:
        receive_exhibit(tx, operation.id, country="EC", **FACTS)
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    with pytest.raises(Closed):
        exhibit(operation, database)


# Its files


def test_the_same_content_is_one_medium_with_every_path_and_one_job(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)

    with database.write(analyst) as tx:
        assert receive_files(tx, exhibit_id, [photo("a.jpg"), photo("copy/of a.jpg"), photo("b.jpg", b"b")]) == 3

    assert len(rows(operation, "select 1 from media_item where operation_id = :operation")) == 2
    assert rows(
        operation, "select count(*), count(distinct media_item_id) from received_file where operation_id = :operation"
    ) == [(3, 2)]
    assert (
        rows(operation, "select kind, state from job where operation_id = :operation")
        == [("read_media", "waiting")] * 2
    )


def test_the_same_content_of_two_agencies_is_two_media(operation: TestOperation, database: Database) -> None:
    for country in ("EC", "PE"):
        exhibit_id = exhibit(operation, database, country=country)
        with database.write(operation.person(country, "analyst")) as tx:
            receive_file(tx, exhibit_id, photo("a.jpg"))

    assert len(rows(operation, "select 1 from media_item where operation_id = :operation")) == 2


def test_a_path_comes_once_and_other_content_under_it_is_a_conflict(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        assert receive_file(tx, exhibit_id, photo("a.jpg"))
    with database.write(analyst) as tx:
        assert not receive_file(tx, exhibit_id, photo("a.jpg"))

    with pytest.raises(Conflict), database.write(analyst) as tx:
        receive_file(tx, exhibit_id, photo("a.jpg", b"other"))


@pytest.mark.parametrize("reason", ["not_readable", "changed_while_read"])
def test_a_file_that_could_not_be_read_takes_its_line_again_when_it_comes_whole(
    operation: TestOperation, database: Database, analyst: int, reason: str
) -> None:
    exhibit_id = exhibit(operation, database)
    part = photo("a.jpg", b"part").stored if reason == "changed_while_read" else None
    cut = Arrival("a.jpg", 4, part, refusal=reason)
    with database.write(analyst) as tx:
        assert receive_file(tx, exhibit_id, cut)
        assert not receive_file(tx, exhibit_id, cut)

    with database.write(analyst) as tx:
        assert receive_file(tx, exhibit_id, photo("a.jpg", b"whole"))
    with database.write(analyst) as tx:
        assert not receive_file(tx, exhibit_id, photo("a.jpg", b"whole"))

    assert rows(
        operation,
        "select r.path, r.size_bytes, r.sha256, r.refusal, r.sha256 = m.sha256 "
        "from received_file r join media_item m on m.id = r.media_item_id where r.operation_id = :operation",
    ) == [("a.jpg", 5, hashlib.sha256(b"whole").digest(), None, True)]
    assert rows(operation, "select kind from job where operation_id = :operation") == [("read_media",)]
    with database.write(analyst) as tx:
        end_intake(tx, exhibit_id)
    assert rows(
        operation,
        "select payload->'received', payload->'refused' from event where operation_id = :operation and kind = "
        "'intake:ended'",
    ) == [(1, 0)]
    with database.read(analyst) as view:
        counts = exhibit_line(view.session, exhibit_id).counts
    assert (counts.received, counts.waiting, counts.refused) == (1, 1, 0)


def test_a_line_without_content_that_was_refused_for_good_is_not_taken_for_the_same_file(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        receive_file(tx, exhibit_id, Arrival("a.jpg", MAX_FILE_BYTES + 1, refusal="too_large"))
        assert not receive_file(tx, exhibit_id, Arrival("a.jpg", MAX_FILE_BYTES + 1, refusal="too_large"))

    with pytest.raises(Conflict), database.write(analyst) as tx:
        receive_file(tx, exhibit_id, photo("a.jpg"))


def test_two_files_of_one_path_in_one_write_are_a_conflict_and_the_same_file_twice_is_one(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)

    with pytest.raises(Conflict) as refusal, database.write(analyst) as tx:
        receive_files(tx, exhibit_id, [photo("DCIM/a.jpg", b"a"), photo("DCIM/a.jpg", b"b")])
    with database.write(analyst) as tx:
        assert receive_files(tx, exhibit_id, [photo("a.jpg"), photo("a.jpg")]) == 1

    assert refusal.value.facts["paths"] == ["DCIM/a.jpg"]
    assert len(rows(operation, "select 1 from media_item where operation_id = :operation")) == 1


def test_of_two_files_that_come_at_once_under_one_path_none_is_lost_in_silence(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)

    def other() -> None:
        with database.write(analyst) as tx:
            receive_file(tx, exhibit_id, photo("a.jpg", b"other"))

    with ThreadPoolExecutor(1) as threads:
        with database.write(analyst) as tx:
            receive_file(tx, exhibit_id, photo("a.jpg"))
            coming = threads.submit(other)
            until_somebody_waits(operation)
        with pytest.raises(Conflict):
            coming.result(timeout=LIMIT_S)

    assert len(rows(operation, "select 1 from media_item where operation_id = :operation")) == 1


def test_content_that_comes_again_has_its_medium_read_again_where_the_machine_was_at_fault(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        receive_files(tx, exhibit_id, [photo("a.jpg"), photo("b.jpg", b"bb")])
    operation.change(
        "update media_item set state = 'refused', refusal = case size_bytes when 1 then 'too_slow' else 'damaged' end "
        "where operation_id = :id",
        id=operation.id,
    )

    with database.write(analyst) as tx:
        receive_files(tx, exhibit_id, [photo("copy.jpg"), photo("copy of b.jpg", b"bb")])

    assert sorted(rows(operation, "select state from media_item where operation_id = :operation")) == [
        ("refused",),
        ("waiting",),
    ]


def test_another_agency_adds_nothing_to_an_exhibit_it_sees(operation: TestOperation, database: Database) -> None:
    exhibit_id = exhibit(operation, database)

    with pytest.raises(Forbidden), database.write(operation.person("PE", "analyst")) as tx:
        receive_file(tx, exhibit_id, photo("a.jpg"))
    closed = exhibit(operation, database, label="B", sharing="agency")
    with pytest.raises(NotFound), database.write(operation.person("PE", "analyst")) as tx:
        receive_file(tx, closed, photo("a.jpg"))


@pytest.mark.parametrize("path", ["../etc/passwd", "a/../b", "/etc/passwd", "a\\..\\b", "", "a\x00b", "x" * 5000])
def test_a_path_that_leads_out_of_the_device_is_refused(path: str) -> None:
    assert path_refusal(path) == "unsafe_path"


@pytest.mark.parametrize("letter", ["x", "я", "名"])
def test_a_path_too_long_to_be_listed_is_refused_with_a_short_name_and_holds_up_nothing(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, letter: str
) -> None:
    exhibit_id = exhibit(operation, database)
    length = 4000 // len(letter.encode())
    names = [letter * length + end for end in ("1", "2")] + ["DCIM/a.jpg"]

    arrivals = [take_stream(name, [JPEG], len(JPEG), store=store, key=key) for name in names]
    with database.write(analyst) as tx:
        assert receive_files(tx, exhibit_id, arrivals) == 3

    found = dict(rows(operation, "select path, refusal from received_file where operation_id = :operation"))
    assert sorted(found.values(), key=str) == [None, "unsafe_path", "unsafe_path"]
    assert found["DCIM/a.jpg"] is None
    assert max(len(str(path).encode()) for path in found) <= MAX_PATH_BYTES
    with (
        pytest.raises(Invalid),
        database.write(analyst) as tx,
    ):  # what no bound of ours has met is refused, not tried for ever
        receive_file(tx, exhibit_id, photo("".join(chr(0x4E00 + n * 7 % 20000) for n in range(4000))))


ODD = {
    "Фото".encode("cp1251") + b"/IMG_0.jpg": "Фото/IMG_0.jpg ⟨\\xd4\\xee\\xf2\\xee/IMG_0.jpg⟩",
    "Été 2009.jpg".encode("latin1"): "Été 2009.jpg ⟨\\xc9t\\xe9 2009.jpg⟩",
    "写真.jpg".encode("shift_jis"): "写真.jpg ⟨\\x8e\\xca\\x90^.jpg⟩",
    "Фото/".encode() + "Été.jpg".encode("latin1"): "Фото/Été.jpg ⟨Фото/\\xc9t\\xe9.jpg⟩",
    b"\xff.jpg": "\\xff.jpg",
    b"two\nlines.jpg": "two\\nlines.jpg",
}
"""Paths that are no plain text, and how they are told."""


def test_names_in_an_older_encoding_are_received_with_their_bytes_and_told_so_that_people_can_read_them(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    for number, path in enumerate(ODD):
        place = tmp_path / "device" / os.fsdecode(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(JPEG + bytes([number]))
    exhibit_id = exhibit(operation, database)
    lines = sorted((path.replace(b"\n", b"\\n"), JPEG + bytes([n])) for n, path in enumerate(ODD))
    listed = b"".join(hashlib.sha256(content).hexdigest().encode() + b"  " + path + b"\n" for path, content in lines)

    receive_folder(
        database,
        analyst,
        exhibit_id,
        find_files([tmp_path / "device"]),
        store=store,
        key=key,
        manifest_sha256=hashlib.sha256(listed).digest(),
    )

    found = rows(operation, "select path, path_bytes, refusal from received_file where operation_id = :operation")
    assert {text: (raw, refusal) for text, raw, refusal in found} == {
        text: (None if b"\n" in path else path, None) for path, text in ODD.items()
    }


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4).map(b"/".join))
def test_any_bytes_make_a_path_that_can_be_stored_and_told(path: bytes) -> None:
    told = path_text(path)

    assert told.encode()
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in told)


def test_two_paths_of_one_text_are_told_apart_by_their_bytes(tmp_path: Path) -> None:
    for name in (b"\xff.jpg", b"\\xff.jpg"):
        (tmp_path / os.fsdecode(name)).write_bytes(JPEG)

    found = sorted(each.device_path for each in find_files([tmp_path]))

    assert found == ["\\xff.jpg", f"\\xff.jpg ⟨{hashlib.sha256(bytes([255]) + b'.jpg').hexdigest()[:16]}⟩"]


@pytest.mark.parametrize("path", ["DCIM/100/IMG_1.jpg", "..jpg", "a/...b", "Imágenes/фото 👩‍👧.jpg", "\\odd.jpg"])
def test_an_ordinary_path_is_taken(path: str) -> None:
    assert path_refusal(path) is None


# The end


def test_an_intake_ends_with_the_sender_s_manifest_and_takes_nothing_more(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        receive_files(tx, exhibit_id, [photo("b.jpg", b"b"), photo("a.jpg")])
    lines = sorted(
        [f"{hashlib.sha256(b'b').hexdigest()}  b.jpg\n", f"{hashlib.sha256(b'a').hexdigest()}  a.jpg\n"],
        key=lambda x: x[66:],
    )

    with database.write(analyst) as tx:
        end_intake(tx, exhibit_id, manifest_sha256=hashlib.sha256("".join(lines).encode()).digest())

    assert operation.row(Exhibit, exhibit_id).intake_ended_at
    assert operation.kinds()[-1] == "intake:ended"
    with pytest.raises(Conflict), database.write(analyst) as tx:
        receive_file(tx, exhibit_id, photo("c.jpg", b"c"))
    with pytest.raises(Conflict), database.write(analyst) as tx:
        end_intake(tx, exhibit_id)


def test_another_manifest_is_refused_clearly_and_loses_nothing(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        receive_file(tx, exhibit_id, photo("a.jpg"))

    with pytest.raises(Conflict) as refusal, database.write(analyst) as tx:
        end_intake(tx, exhibit_id, manifest_sha256=bytes(32))

    row = operation.row(Exhibit, exhibit_id)
    assert refusal.value.facts["reason"] == "manifest_differs"
    assert (row.intake_ended_at, row.intake_failure) == (None, "manifest_differs")
    assert operation.kinds()[-1] == "intake:stopped"
    with database.write(analyst) as tx:
        end_intake(tx, exhibit_id, manifest_sha256=manifest_of([(b"a.jpg", hashlib.sha256(b"a").digest())]))
    assert operation.row(Exhibit, exhibit_id).intake_failure is None


def test_an_intake_that_has_ended_does_not_stop(operation: TestOperation, database: Database, analyst: int) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        end_intake(tx, exhibit_id)
    with database.write(analyst) as tx:
        stop_intake(tx, exhibit_id, reason="interrupted")

    assert operation.row(Exhibit, exhibit_id).intake_failure is None


# Receiving from folders


def test_a_mixed_folder_is_received_whole_and_the_report_adds_up(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    folder = tmp_path / "device"
    (folder / "DCIM").mkdir(parents=True)
    (folder / "DCIM" / "a.jpg").write_bytes(JPEG)
    (folder / "DCIM" / "copy.jpg").write_bytes(JPEG)
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"text")
    (folder / "link.jpg").symlink_to(folder / "notes.txt")
    (folder / "outside").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"odd\xff\n.jpg")).write_bytes(JPEG + b"2")
    exhibit_id = exhibit(operation, database)

    new = receive_folder(database, analyst, exhibit_id, find_files([folder]), store=store, key=key)

    assert new == 8
    found = dict(rows(operation, "select path, refusal from received_file where operation_id = :operation"))
    assert found == {
        "DCIM/a.jpg": None,
        "DCIM/copy.jpg": None,
        "empty.jpg": "empty",
        "notes.txt": "kind_not_supported",
        "link.jpg": "not_a_file",
        "outside": "not_a_file",
        "pipe": "not_a_file",
        "odd\\xff\\n.jpg": None,
    }
    with database.read(analyst) as view:
        report = intake_report(view.session, operation.id)
        line = exhibit_line(view.session, exhibit_id)
        listed = [each for part in refused_files(view.session, operation.id) for each in part]
    assert (report.counts.received, report.counts.refused, report.counts.waiting, report.counts.readable) == (
        8,
        5,
        3,
        0,
    )
    assert report.counts.adds_up
    assert line.counts == report.counts
    assert {each.reason: each.files for each in report.refused} == {
        "empty": 1,
        "kind_not_supported": 1,
        "not_a_file": 3,
    }
    assert len(listed) == 5
    assert line.known_elsewhere is None


def test_what_was_read_counts_as_readable_distinct_and_near(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        receive_files(
            tx, exhibit_id, [photo(f"{n}.jpg", bytes([n])) for n in range(5)] + [photo("copy.jpg", bytes([0]))]
        )
    operation.change("update media_item set state = 'read', read_at = now() where operation_id = :id", id=operation.id)
    _near(operation)

    with database.read(analyst) as view:
        report = intake_report(view.session, operation.id)

    assert (report.counts.readable, report.exact_copies, report.distinct) == (6, 1, 5)
    assert (report.near_copies, report.groups) == (2, 3)
    assert report.left_s == 0


def _near(operation: TestOperation) -> None:
    first, second, third, *_ = [
        row[0] for row in rows(operation, "select id from media_item where operation_id = :operation order by sha256")
    ]
    for pair in ((first, second), (second, third), (first, third)):
        operation.change(
            "insert into near_copy select operation_id, compartment_id, :a, :b, 4 from media_item where id = :a",
            a=pair[0],
            b=pair[1],
        )


def test_a_report_whose_lines_do_not_add_up_says_so(operation: TestOperation, database: Database, analyst: int) -> None:
    exhibit_id = exhibit(operation, database)
    with database.write(analyst) as tx:
        receive_files(tx, exhibit_id, [photo("a.jpg"), photo("b.jpg", b"b")])
    operation.change(
        "update received_file set media_item_id = null where path = 'b.jpg' and exhibit_id = :id", id=exhibit_id
    )

    with database.read(analyst) as view:
        report = intake_report(view.session, operation.id)

    assert (report.counts.received, report.counts.readable, report.counts.waiting) == (2, 0, 1)
    assert not report.counts.adds_up


def test_a_hidden_exhibit_is_in_nobody_else_s_report(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    exhibit_id = exhibit(operation, database, sharing="agency")
    with database.write(analyst) as tx:
        receive_file(tx, exhibit_id, photo("a.jpg"))

    with database.read(operation.person("PE", "analyst")) as view:
        report = intake_report(view.session, operation.id)

    assert (report.counts.received, report.exhibits) == (0, ())


def test_known_elsewhere_is_a_count_from_twenty_files_up(operation: TestOperation, database: Database) -> None:
    _exhibits_of_twenty(operation, database, ended=("EC", "PE"))

    with database.read(operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, operation.id)

    assert {line.country: line.known_elsewhere for line in report.exhibits} == {"EC": 20, "PE": 20}
    assert report.known_elsewhere == 20, "the same files, seen on both sides, are 20 files"
    with database.read(operation.person("EC")) as view:  # asked of one, it is what it is among all
        alone = {line.id: exhibit_line(view.session, line.id) for line in report.exhibits}
    assert alone == {line.id: line for line in report.exhibits}


def test_known_elsewhere_answers_nothing_while_files_can_still_be_added(
    operation: TestOperation, database: Database
) -> None:
    _exhibits_of_twenty(operation, database, ended=("PE",))

    with database.read(operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, operation.id)

    assert {line.country: line.known_elsewhere for line in report.exhibits} == {"EC": None, "PE": 20}
    assert report.known_elsewhere == 20


def test_without_any_count_the_report_says_none_instead_of_zero(operation: TestOperation, database: Database) -> None:
    _exhibits_of_twenty(operation, database, ended=())

    with database.read(operation.person("EC", "analyst")) as view:
        assert intake_report(view.session, operation.id).known_elsewhere is None


def _exhibits_of_twenty(operation: TestOperation, database: Database, *, ended: tuple[str, ...]) -> None:
    for country in ("EC", "PE"):
        exhibit_id = exhibit(operation, database, country=country)
        with database.write(operation.person(country, "analyst")) as tx:
            receive_files(tx, exhibit_id, [photo(f"{n}.jpg", bytes([n])) for n in range(20)])
        if country in ended:
            with database.write(operation.person(country, "analyst")) as tx:
                end_intake(tx, exhibit_id)


def test_an_intake_run_again_goes_on_where_it_stopped(
    operation: TestOperation, database: Database, analyst: int, key: OperationKey, tmp_path: Path
) -> None:
    folder = tmp_path / "device"
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.jpg").write_bytes(JPEG + bytes([n]))
    store = FullStore((tmp_path / "media").as_uri(), room_for=3)
    exhibit_id = exhibit(operation, database)

    with pytest.raises(Unavailable) as stop:
        receive_folder(database, analyst, exhibit_id, find_files([folder]), store=store, key=key)

    assert stop.value.facts["reason"] == "disk_full"
    assert operation.row(Exhibit, exhibit_id).intake_failure == "disk_full"
    assert len(rows(operation, "select 1 from received_file where operation_id = :operation")) == 3
    store.room_for = 100
    assert receive_folder(database, analyst, exhibit_id, find_files([folder]), store=store, key=key) == 3
    assert operation.row(Exhibit, exhibit_id).intake_failure is None
    assert store.taken == 6
    assert receive_folder(database, analyst, exhibit_id, find_files([folder]), store=store, key=key) == 0


class FullStore(MediaStore):
    """A store whose disk has room for so many objects: the real store, on a disk that we cannot fill in a test."""

    def __init__(self, url: str, *, room_for: int) -> None:
        super().__init__(url)
        self.room_for, self.taken = room_for, 0

    def put_stream(self, chunks: object, **named: object) -> Stored:
        if self.taken >= self.room_for:
            raise Unavailable("The disk is full. Nothing of this file was stored.", reason="disk_full")
        self.taken += 1
        return super().put_stream(chunks, **named)  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["in_doubt", "too_slow", "the record is append-only"])
def test_an_intake_that_the_database_stops_says_so_by_a_code(
    operation: TestOperation,
    database: Database,
    analyst: int,
    store: MediaStore,
    key: OperationKey,
    tmp_path: Path,
    reason: str,
) -> None:
    """What a refusal of the database says is not a code of an intake, and may be a sentence: the record takes none."""
    (tmp_path / "a.jpg").write_bytes(JPEG)
    exhibit_id = exhibit(operation, database)

    def refused(_arrival: Arrival) -> None:
        raise Unavailable("The database refused: {reason}", reason=reason)

    with pytest.raises(Unavailable, match="refused"):
        receive_folder(
            database,
            analyst,
            exhibit_id,
            [DeviceFile(tmp_path / "a.jpg", "a.jpg")],
            store=store,
            key=key,
            on_file=refused,
        )

    assert operation.row(Exhibit, exhibit_id).intake_failure == "unavailable"
    assert operation.kinds()[-1] == "intake:stopped"


def test_an_interrupted_intake_says_so_and_keeps_what_it_had(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(JPEG)
    exhibit_id = exhibit(operation, database)

    def interrupted(arrival: Arrival) -> None:
        if arrival.path == "b.jpg":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        receive_folder(
            database,
            analyst,
            exhibit_id,
            [DeviceFile(tmp_path / name, name) for name in ("a.jpg", "b.jpg")],
            store=store,
            key=key,
            on_file=interrupted,
        )

    assert operation.row(Exhibit, exhibit_id).intake_failure == "interrupted"
    assert len(rows(operation, "select 1 from received_file where operation_id = :operation")) == 1


def test_ten_gigabytes_are_refused_before_a_byte_is_read(store: MediaStore, key: OperationKey) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("the stream was read")
        yield b""

    arrival = take_stream("film.mp4", never(), 10 << 30, store=store, key=key)

    assert (arrival.refusal, arrival.size_bytes, arrival.stored) == ("too_large", 10 << 30, None)
    assert MAX_FILE_BYTES < 10 << 30


def test_a_file_that_changes_while_it_is_read_is_refused_and_kept(store: MediaStore, key: OperationKey) -> None:
    arrival = take_stream("a.jpg", [JPEG], len(JPEG) + 1, store=store, key=key)

    assert arrival.refusal == "changed_while_read"
    assert arrival.stored is not None
    assert store.read_bytes(arrival.stored.address, key=key) == JPEG


def test_a_file_is_stored_with_its_hashes_and_its_kind_by_content(
    store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    content = JPEG + os.urandom(2 * CHUNK_BYTES)
    (tmp_path / "video.mp4").write_bytes(content)

    arrival = take_file(DeviceFile(tmp_path / "video.mp4", "video.mp4"), store=store, key=key)

    assert arrival.media_type == "image/jpeg"
    assert arrival.stored is not None
    assert arrival.stored.sha256 == hashlib.sha256(content).digest()
    assert arrival.stored.md5 == hashlib.md5(content).digest()
    assert store.read_bytes(arrival.stored.address, key=key) == content


def test_a_file_that_may_not_be_read_keeps_its_line(store: MediaStore, key: OperationKey, tmp_path: Path) -> None:
    assert take_file(DeviceFile(tmp_path / "gone.jpg", "gone.jpg"), store=store, key=key).refusal == "not_readable"
    assert take_file(DeviceFile(tmp_path / "gone.jpg", "../gone.jpg"), store=store, key=key).refusal == "unsafe_path"


def test_several_folders_keep_their_names_and_a_missing_one_is_said(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(JPEG)

    found = [each.device_path for each in find_files([tmp_path / "one", tmp_path / "two"])]

    assert found == ["one/a.jpg", "two/a.jpg"]
    with pytest.raises(Invalid, match="Not there"):
        find_files([tmp_path / "three"])


def test_folders_of_one_name_are_refused_before_anything_is_received(tmp_path: Path) -> None:
    for name in ("A/DCIM", "B/DCIM"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.jpg").write_bytes(JPEG)
    (tmp_path / "B" / "DCIM" / "b.jpg").write_bytes(JPEG)

    with pytest.raises(Invalid, match="own exhibit") as refusal:
        find_files([tmp_path / "A" / "DCIM", tmp_path / "B" / "DCIM"])

    assert [str(fault) for fault in refusal.value.facts["faults"]] == ["DCIM/a.jpg: appears twice"]
    assert [each.device_path for each in find_files([tmp_path])] == ["A/DCIM/a.jpg", "B/DCIM/a.jpg", "B/DCIM/b.jpg"]


def test_a_folder_that_cannot_be_opened_has_a_line_that_says_so(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    folder = tmp_path / "device"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        (folder / name / "1.jpg").write_bytes(JPEG + name.encode())

    finding = reception.files_below(folder, folder)
    found = [next(finding)]
    shutil.rmtree(folder / "b")  # the tests may be root, whom no mode keeps out
    found += list(finding)
    receive_folder(database, analyst, exhibit(operation, database), found, store=store, key=key)

    assert dict(rows(operation, "select path, refusal from received_file where operation_id = :operation")) == {
        "a/1.jpg": None,
        "b/": "not_readable",
    }


def test_an_intake_run_again_takes_what_could_not_be_read_before(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    folder = tmp_path / "device"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(JPEG)
    files = [*find_files([folder]), DeviceFile(folder / "b.jpg", "b.jpg")]
    exhibit_id = exhibit(operation, database)

    with pytest.raises(Conflict):
        receive_folder(database, analyst, exhibit_id, files, store=store, key=key, manifest_sha256=bytes(32))
    assert ("b.jpg", "not_readable") in rows(
        operation, "select path, refusal from received_file where operation_id = :operation"
    )
    (folder / "b.jpg").write_bytes(JPEG + b"b")
    assert receive_folder(database, analyst, exhibit_id, files, store=store, key=key) == 1
    (folder / "b.jpg").unlink()
    assert receive_folder(database, analyst, exhibit_id, files, store=store, key=key) == 0

    assert dict(rows(operation, "select path, refusal from received_file where operation_id = :operation")) == {
        "a.jpg": None,
        "b.jpg": None,
    }


class CutLine(io.RawIOBase):
    """A request's body whose line drops: as pywsgi tells it (an error), or as gunicorn does (an early end)."""

    def __init__(self, content: bytes, *, raises: bool) -> None:
        self.rest, self.raises = content, raises

    def read(self, size: int = -1) -> bytes:
        taken, self.rest = self.rest[:size], self.rest[size:]
        if not taken and self.raises:
            raise OSError("unexpected end of file while reading request")
        return taken


@pytest.mark.parametrize("raises", [True, False])
def test_an_upload_whose_line_drops_is_no_arrival(
    store: MediaStore, key: OperationKey, tmp_path: Path, raises: bool
) -> None:
    with pytest.raises(Unavailable) as refusal:
        take_upload("a.jpg", CutLine(JPEG, raises=raises), len(JPEG) + 1, store=store, key=key)

    assert refusal.value.facts["reason"] == "line_cut"
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    whole = take_upload("a.jpg", io.BytesIO(JPEG + b"of the next request"), len(JPEG), store=store, key=key)
    assert (whole.refusal, whole.size_bytes) == (None, len(JPEG))


# Who acts at the command line


def test_in_a_real_operation_the_command_line_asks_who_acts(
    operation: TestOperation, workers_database: Database
) -> None:
    analyst, specialist = operation.person("EC", "analyst"), operation.person("EC", "specialist")
    operation.person("EC", "liaison")

    def who(person: int | None, country: str = "EC") -> int:
        return who_acts(workers_database, operation.id, country, EXHIBIT_RECEIVERS, person)

    assert who(None) == analyst
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    with pytest.raises(Invalid, match="--as") as refusal:
        who(None)
    assert refusal.value.facts["people"] == [f"{analyst} (EC · analyst 1)", f"{specialist} (EC · specialist 1)"]
    assert who(specialist) == specialist
    with pytest.raises(NotFound, match="Nobody of BR"):
        who(None, "BR")


# Registers


def test_a_register_is_taken_with_its_entries_and_portraits(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "n1.jpg").write_bytes(JPEG)
    (tmp_path / "register.csv").write_text(
        "number,sex,date_of_birth,missing_since,place,nationality,photos,height_cm\n"
        "N-1,F,2010-02-03,2020-01-01,Quito,EC,photos/n1.jpg,140\nN-2,M,,,,,,\n"
    )

    register_id, read = receive_register(
        database,
        analyst,
        operation.id,
        tmp_path / "register.csv",
        country="EC",
        name="Missing",
        legal_source="a law",
        store=store,
        key=key,
    )

    assert len(read.entries) == 2
    with database.read(analyst) as view:
        (line,) = registers(view.session, operation.id)
    assert (line.id, line.entries, line.portraits, line.read) == (register_id, 2, 1, 0)
    assert rows(
        operation, "select details->>'height_cm' from register_entry where operation_id = :operation and number = 'N-1'"
    ) == [("140",)]
    assert rows(operation, "select kind from job where operation_id = :operation") == [("read_media",)]
    assert operation.kinds() == ["register:imported"]


def test_a_register_with_a_photo_that_is_none_is_refused_whole(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    (tmp_path / "n1.jpg").write_bytes(b"text")
    (tmp_path / "register.csv").write_text("number,photos\nN-1,n1.jpg\n")

    with pytest.raises(Invalid) as refusal:
        receive_register(
            database,
            analyst,
            operation.id,
            tmp_path / "register.csv",
            country="EC",
            name="Missing",
            legal_source="a law",
            store=store,
            key=key,
        )

    assert refusal.value.facts["faults"] == ["line 2: «n1.jpg» is not a photo of a supported kind"]
    assert refusal.value.facts["takable"] == 1
    assert operation.kinds() == []


def test_a_portrait_in_the_register_itself_is_stored_as_one_beside_it(
    operation: TestOperation, database: Database, analyst: int, store: MediaStore, key: OperationKey, tmp_path: Path
) -> None:
    photo = base64.b64encode(JPEG + bytes(300)).decode()
    (tmp_path / "register.csv").write_text(f'number,photos\nN-1,"data:image/jpeg;base64,{photo}"\n')

    receive_register(
        database,
        analyst,
        operation.id,
        tmp_path / "register.csv",
        country="EC",
        name="Missing",
        legal_source="a law",
        store=store,
        key=key,
    )

    with database.read(analyst) as view:
        (line,) = registers(view.session, operation.id)
    assert (line.entries, line.portraits) == (1, 1)


def test_a_number_in_another_spelling_is_the_same_entry(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    def bring(*numbers: str) -> UUID:
        with database.write(analyst) as tx:
            entries = [NewEntry(number, label=f"{len(numbers)}") for number in numbers]
            return import_register(tx, operation.id, country="EC", name="Missing", legal_source="law", entries=entries)

    bring("\u00d1-0417")
    bring("N\u0303-0417", "X-1")
    bring("\u200e\u00f1\u20110417 ", "x-1", "X-2")

    found = rows(operation, "select number, label from register_entry where operation_id = :operation order by number")
    assert found == [("X-1", "3"), ("X-2", "3"), ("\u00d1-0417", "3")]
    with pytest.raises(Invalid, match="not taken"):
        bring("Z-1", "z-1\u200b")


def test_entries_of_one_number_from_before_are_listed_and_kept(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    def bring(*numbers: str) -> None:
        with database.write(analyst) as tx:
            entries = [NewEntry(number, label="new") for number in numbers]
            import_register(tx, operation.id, country="EC", name="Missing", legal_source="law", entries=entries)

    bring("A-1", "B-1")
    operation.change(
        "update register_entry set number_key = 'a-1', number = 'a-1', label = 'old' "
        "where operation_id = :id and number = 'B-1'",
        id=operation.id,
    )
    bring("A-1")

    with database.read(analyst) as view:
        (line,) = registers(view.session, operation.id)
    assert line.doubles == ["A-1 = a-1"]
    assert rows(operation, "select label from register_entry where operation_id = :operation and number = 'a-1'") == [
        ("old",)
    ]


def test_nobody_is_born_tomorrow(operation: TestOperation, database: Database, analyst: int) -> None:
    with database.read(analyst) as view:
        head = view.session.get_one(Operation, operation.id)
        tomorrow = day_in(datetime.now(UTC), head.time_zone) + timedelta(days=1)

    with pytest.raises(Invalid) as refusal, database.write(analyst) as tx:
        import_register(
            tx,
            operation.id,
            country="EC",
            name="Missing",
            legal_source="law",
            entries=[NewEntry("N-1", date_of_birth=tomorrow)],
        )

    assert "in the future" in refusal.value.facts["faults"][0]


def test_a_register_that_comes_again_keeps_its_code_and_only_a_passkey_makes_it_less_strict(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    def bring(code: str | None = None, *, standing: Standing = "stale") -> str:
        given = {"country": "EC", "name": "Missing", "legal_source": "a law", "entries": [NewEntry("N-1")]}
        with database.write(analyst, standing=standing) as tx:
            import_register(tx, operation.id, handling_code=code, **given)  # type: ignore[arg-type]
        with database.read(analyst) as view:
            return registers(view.session, operation.id)[0].handling_code

    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    assert [bring(code) for code in (None, "H2", None, "H3")] == ["H0", "H2", "H2", "H3"]
    with pytest.raises(NotFresh):
        bring("H1")
    with pytest.raises(NotFresh), database.write(analyst, standing="stale") as tx:
        send_register(
            tx,
            operation.id,
            country="EC",
            name=" missing ",
            legal_source="a law",
            sharing="operation",
            handling_code="H0",
            takes_rest=False,
            address="none",
        )
    assert bring() == "H3"
    assert bring("H1", standing="fresh") == "H1"


def test_a_register_needs_a_name_a_law_and_an_entry_and_stays_as_closed_as_it_was(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    def bring(**facts: object) -> UUID:
        given = {"country": "EC", "name": "Missing", "legal_source": "a law", "entries": [NewEntry("N-1")]} | facts
        with database.write(analyst) as tx:
            return import_register(tx, operation.id, **given)  # type: ignore[arg-type]

    for wrong in ({"name": " "}, {"legal_source": ""}, {"entries": []}, {"sharing": "all"}):
        with pytest.raises(Invalid):
            bring(**wrong)
    bring()
    with pytest.raises(Conflict):
        bring(sharing="agency")
    with pytest.raises(Forbidden):
        bring(country="PE")


def test_a_register_brought_in_again_keeps_its_entries_and_adds_what_is_new(
    operation: TestOperation, database: Database, analyst: int
) -> None:
    def portrait(content: bytes) -> Portrait:
        stored = photo("", content).stored
        assert stored is not None
        return Portrait(stored, "image/jpeg")

    def bring(*entries: NewEntry, person: int = analyst, law: str = "a law") -> UUID:
        with database.write(person) as tx:
            return import_register(tx, operation.id, country="EC", name="Missing", legal_source=law, entries=entries)

    first = bring(NewEntry("N-1", place="Quito", portraits=(portrait(b"1"),)), NewEntry("N-2"))
    ids = dict(rows(operation, "select number, id from register_entry where operation_id = :operation"))
    operation.change(
        "update register_entry set is_closed = true, closed_as = 'found' where number = 'N-2' and operation_id = :id",
        id=operation.id,
    )
    lead = operation.person("EC", "country_lead")

    again = bring(
        NewEntry("N-3"),
        NewEntry("N-1", place="Guayaquil", portraits=(portrait(b"1"), portrait(b"2"))),
        person=lead,
        law="b",
    )

    assert again == first
    after = dict(rows(operation, "select number, id from register_entry where operation_id = :operation"))
    assert after == ids | {"N-3": after["N-3"]}
    assert operation.row(RegisterEntry, ids["N-1"]).place == "Guayaquil"
    assert operation.row(RegisterEntry, ids["N-2"]).is_closed
    assert rows(operation, "select legal_source, attested_by from register where operation_id = :operation") == [
        ("b", lead)
    ]
    media = rows(operation, "select id, register_entry_id from media_item where operation_id = :operation")
    assert [row[1] for row in media] == [ids["N-1"]] * 2
    assert {row[0] for row in media} == {
        row[0]
        for row in rows(operation, "select subject_id from job where operation_id = :operation and kind = 'read_media'")
    }
    assert operation.kinds() == ["register:imported"] * 2
    with database.read(lead) as view:
        assert len(registers(view.session, operation.id)) == 1


def test_what_a_batch_holds_is_written_before_it_grows_old(
    operation: TestOperation,
    database: Database,
    analyst: int,
    store: MediaStore,
    key: OperationKey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reception, "BATCH_FILES", 2)
    seen: list[int] = []
    for n in range(4):
        (tmp_path / f"{n}.jpg").write_bytes(JPEG + bytes([n]))

    def count(_arrival: Arrival) -> None:
        seen.append(len(rows(operation, "select 1 from media_item where operation_id = :operation")))

    receive_folder(
        database,
        analyst,
        exhibit(operation, database),
        [DeviceFile(tmp_path / f"{n}.jpg", f"{n}.jpg") for n in range(4)],
        store=store,
        key=key,
        on_file=count,
    )

    assert seen == [0, 0, 2, 2]


def test_the_tenth_exhibit_is_received_as_the_first(operation: TestOperation, database: Database) -> None:
    """By then the driver has prepared the statements on every connection."""
    person = operation.person("EC", "analyst")
    for number in range(14):
        with database.write(person) as tx:
            receive_exhibit(
                tx, operation.id, country="EC", label=f"EC-{number}", kind="phone", case_reference="c", custodian="c"
            )

    assert operation.kinds().count("exhibit:received") == 14
