"""The case file of an exhibit: kept as it came, compared with the exhibit's contents whichever came first, written
again with its owner's grades, and for its owner alone."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from tests.support.bench import Bench
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.servers import Servers
from tests.support.work_material import Material
from workspace.commands.exhibit_cases import note_case_export
from workspace.commands.grades import bring_grade_table, grade_media, take_back_grades
from workspace.commands.originals import ask_check
from workspace.commands.register_imports import send_case
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.exchange.grade_tables import shipped_table
from workspace.exchange.vics_kept import written_again
from workspace.intake.uploads import Part, opened_file, sealed_upload
from workspace.queries.exhibit_cases import (
    CaseReport,
    case_changes,
    case_report,
    changes_of,
    exhibit_cases,
    kept_case,
    missing_files,
    stated_categories,
    unnamed_contents,
)
from workspace.queries.exhibits import CheckOfOriginals, custody_log, exhibit_page
from workspace.queries.register_imports import register_imports
from workspace.rules.grades import Category

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases"


def md5(content: str) -> str:
    """As `lay_medium` makes it."""
    return hashlib.sha256(content.encode()).digest()[:16].hex()


def record(content: str, number: int = 1, **more: Any) -> dict[str, Any]:
    files = [{"MD5": md5(content), "FileName": f"{content}.jpg", "FilePath": "..\\..\\Users\\x"}]
    return {"MediaID": number, "MD5": md5(content), "Category": 1, "MediaFiles": files, **more}


def case(*records: object) -> bytes:
    return json.dumps({"@odata.context": CONTEXT, "value": [{"CaseNumber": "C", "Media": list(records)}]}).encode()


def send(bench: Bench, exhibit: UUID, content: bytes, *, scheme: str = "us_2_0") -> UUID:
    """The import of a case that was sent and read."""
    with (
        sealed_upload([Part("", io.BytesIO(content))], store=bench.tools.store, key=bench.key) as address,
        bench.app.write(bench.operation.person("EC", "analyst")) as tx,
    ):
        import_id = send_case(tx, exhibit, name="case.json", scheme=scheme, address=address)
    bench.work()
    return import_id


def bring(bench: Bench, exhibit: UUID, content: bytes, *, scheme: str = "us_2_0") -> UUID:
    sent = send(bench, exhibit, content, scheme=scheme)
    found = bench.one("select state, case_id, address, faults from register_import where id = :id", id=sent)
    assert (found.state, found.address) == ("done", None), found.faults
    return UUID(str(found.case_id))


def report(bench: Bench, case_id: UUID) -> CaseReport:
    with bench.app.read(bench.operation.person("EC", "specialist")) as view:
        return case_report(view.session, case_id)


def written(bench: Bench, case_id: UUID) -> tuple[list[tuple[int, str | None, int]], bytes]:
    """What differs, and the file."""
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        changes = [each for part in case_changes(view.session, case_id) for each in part]
        address = kept_case(view.session, case_id).address
    with opened_file(address, store=bench.tools.store, key=bench.key) as file:
        content = b"".join(written_again(file, changes_of([changes])))
    return [(each.place, each.before, each.after) for each in changes], content


def test_a_case_file_is_read_again_with_the_originals(bench: Bench, material: Material, servers: Servers) -> None:
    exhibit = bench.bring("EC", material.portrait())
    bench.work()
    bring(bench, exhibit, case(record("first")))

    def check() -> CheckOfOriginals:
        with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
            ask_check(tx, exhibit)
        bench.work()
        with bench.app.read(bench.operation.person("EC", "analyst")) as view:
            found = exhibit_page(view.session, exhibit).check
        assert found is not None
        return found

    before = check()
    kept = bench.one("select address from exhibit_case where exhibit_id = :id", id=exhibit)
    path = Path(urlsplit(str(servers.media_url)).path) / kept.address
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    changed = check()
    path.unlink()
    gone = check()
    path.write_bytes(content)

    assert (before.files, before.wrong, before.missing) == (2, 0, 0)
    assert (changed.files, changed.wrong, changed.missing, changed.paths) == (2, 1, 0, ["case.json"])
    assert (gone.wrong, gone.missing) == (0, 1)


def test_a_case_is_compared_with_what_came_and_with_what_comes_later_and_each_difference_is_named(bench: Bench) -> None:
    operation = bench.operation
    exhibit = lay_exhibit(operation, "EC", "EC-1")
    first = lay_medium(operation, exhibit, "1.jpg", "copy/1.jpg", content="first")
    other = lay_medium(operation, exhibit, "3.jpg", "4.jpg", content="other")
    lay_medium(operation, exhibit, "all.zip", content="zip", kind="archive")
    lay_medium(
        operation, lay_exhibit(operation, "EC", "EC-2", sharing="agency"), "2.jpg", content="late"
    )  # of another exhibit
    by_sha1 = {"MediaID": 9, "SHA1": hashlib.sha256(b"first").digest()[:20].hex().upper(), "Category": None}
    empty = {"MediaID": 5, "MD5": "d41d8cd98f00b204e9800998ecf8427e", "Category": 2}
    word = record("gone", 7, Category="first", RelativeFilePath="a\0\\b")
    content = case(record("first"), record("late", 2, Category="5"), by_sha1, empty, word, {"MediaID": 9, "MD5": "x"})

    case_id = bring(bench, exhibit, content)

    found = report(bench, case_id)
    assert (found.records, found.usable, found.matched) == (6, 4, 2)
    assert (found.contents, found.named, found.unnamed_of) == (2, 1, 1)
    assert [(each.place, each.path, each.md5, each.category, each.stated) for each in found.missing] == [
        (2, "..\\..\\Users\\x\\late.jpg", md5("late"), 5, None),
        (5, "a\\b", md5("gone"), None, "first"),
    ]
    assert [(each.media_id, each.path, each.paths) for each in found.unnamed] == [(other, "3.jpg", 2)]
    assert found.fault_count == 3
    assert [each.split(":")[0] for each in found.faults] == ["record 4", "record 5", "record 6"]
    assert "numbers (MediaID) that stand there more than once: 1" in found.remarks
    assert (found.version, found.region, found.scheme, found.is_another_exhibits) == ("2.0", "US", "us_2_0", False)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    with bench.app.read(operation.person("EC", "analyst")) as view:
        address = kept_case(view.session, case_id).address
        stated = stated_categories(view.session, first)
        assert stated_categories(view.session, other) == []
        steps = custody_log(view.session, exhibit)
        missing, unnamed = missing_files(view.session, case_id), unnamed_contents(view.session, case_id)
        assert (sum(map(len, missing)), sum(map(len, unnamed))) == (2, 1)
    assert [(each.category, each.scheme) for each in stated] == [(1, "us_2_0"), (None, "us_2_0")]
    with opened_file(address, store=bench.tools.store, key=bench.key) as file:
        assert file.read() == content
    (brought,) = [each.payload for each in steps if each.kind == "exhibit:case_brought"]
    codes = {"records": 6, "faults": 3, "scheme": "us_2_0"}
    assert brought == {"exhibit": str(exhibit), "case": str(case_id), **codes}

    lay_medium(operation, exhibit, "2.jpg", content="late")

    found = report(bench, case_id)
    assert (found.matched, found.missing_of, found.contents, found.named) == (3, 1, 3, 2)


def test_a_later_case_counts_and_the_earlier_is_kept_and_a_case_is_its_agencys_alone(bench: Bench) -> None:
    operation = bench.operation
    exhibit = lay_exhibit(operation, "EC", "EC-1")
    medium = lay_medium(operation, exhibit, content="one")
    earlier = bring(bench, exhibit, case(record("one", Category=4)))

    later = bring(bench, exhibit, case(*(record(f"gone {n}", n) for n in range(30))), scheme="none")

    found = report(bench, later)
    assert (found.is_standing, found.is_another_exhibits, found.matched, found.missing_of) == (True, True, 0, 30)
    assert [each.id for each in found.earlier] == [earlier]
    assert (report(bench, earlier).is_standing, report(bench, earlier).is_another_exhibits) == (False, False)
    with bench.app.read(operation.person("EC", "analyst")) as view:
        assert [each.id for each in exhibit_cases(view.session, exhibit)] == [later, earlier]
        assert stated_categories(view.session, medium) == []
    for other in (operation.person("PE", "analyst"), operation.person("CL", "country_lead")):
        with bench.app.read(other) as view:
            assert exhibit_cases(view.session, exhibit) == []
            assert stated_categories(view.session, medium) == []
            assert register_imports(view.session, operation.id, "exhibit_case") == []
            with pytest.raises(NotFound):
                case_report(view.session, earlier)
        with pytest.raises(Forbidden), bench.app.write(other) as tx:
            send_case(tx, exhibit, name="x", scheme="none", address="a")
        with pytest.raises(NotFound), bench.app.write(other) as tx:
            note_case_export(tx, later, changes=0)
    for scheme in ("strange", "own"):  # no such table
        with pytest.raises(Invalid), bench.app.write(operation.person("EC", "analyst")) as tx:
            send_case(tx, exhibit, name="x", scheme=scheme, address="a")


def test_it_is_written_again_with_the_owners_grades_and_nothing_else(bench: Bench) -> None:
    operation = bench.operation
    exhibit = lay_exhibit(operation, "EC", "EC-1")
    media = [lay_medium(operation, exhibit, content=each) for each in ("one", "two", "three")]
    records = [
        record("one", 1, Odd={"kept": [1, 2.5, None]}),
        record("two", 2, Category="2"),
        record("gone", 3, Category=7),
        record("three", 4, Category=None),
        {"MediaID": 4, "SHA1": hashlib.sha256(b"one").digest()[:20].hex()},  # the first again, without a category
    ]
    content = case(*records)
    table = [Category(1, "one"), Category(2, "two"), Category(3, "three")]
    with bench.app.write(operation.person("EC", "country_lead")) as tx:
        bring_grade_table(tx, operation.id, name="Our table", categories=table)
    kept = bring(bench, exhibit, content, scheme="own")
    assert written(bench, kept)[0] == []
    assert json.loads(written(bench, kept)[1]) == json.loads(content)

    for medium, number in zip(media, (3, 2, 1), strict=True):
        with bench.app.write(operation.person("EC", "specialist")) as tx:
            act = grade_media(tx, operation.id, [medium], country="EC", number=number).act

    changes, again = written(bench, kept)
    assert changes == [(1, "1", 3), (4, None, 1), (5, None, 3)]
    found = report(bench, kept)
    assert ([each.place for each in found.changes], found.changes_of, found.graded_otherwise) == ([1, 4, 5], 3, 0)
    assert found.table_name == "Our table"
    for number, value in ((0, 3), (3, 1), (4, 3)):
        records[number]["Category"] = value
    assert json.loads(again) == json.loads(case(*records))

    with bench.app.write(operation.person("EC", "specialist")) as tx:
        take_back_grades(tx, act)
    assert [place for place, _, _ in written(bench, kept)[0]] == [1, 5]

    unnamed = bring(bench, exhibit, content, scheme="none")  # nobody says that its numbers are those of the table
    assert written(bench, unnamed)[0] == []
    assert (report(bench, unnamed).changes_of, report(bench, unnamed).graded_otherwise) == (0, 2)
    with bench.app.write(operation.person("EC", "analyst")) as tx:
        note_case_export(tx, kept, changes=2)
    with bench.app.read(operation.person("EC", "analyst")) as view:
        last = custody_log(view.session, exhibit)[-1]
    assert (last.kind, last.payload["changes"]) == ("exhibit:case_exported", 2)


def test_a_public_table_is_the_owners_own_where_that_grades_by_it(bench: Bench) -> None:
    operation = bench.operation
    exhibit = lay_exhibit(operation, "EC", "EC-1")
    medium = lay_medium(operation, exhibit, content="one")
    with bench.app.write(operation.person("EC", "country_lead")) as tx:
        bring_grade_table(tx, operation.id, name="US", categories=shipped_table("us_2_0"), shipped="us_2_0")
    with bench.app.write(operation.person("EC", "specialist")) as tx:
        grade_media(tx, operation.id, [medium], country="EC", number=2)

    same, older = (bring(bench, exhibit, case(record("one")), scheme=each) for each in ("us_2_0", "us_legacy"))

    assert written(bench, same)[0] == [(1, "1", 2)]
    assert written(bench, older)[0] == []  # 0 and 5 stand there the other way round


def test_what_is_no_case_is_refused_as_a_whole_and_its_upload_erased(bench: Bench) -> None:
    exhibit = lay_exhibit(bench.operation, "EC", "EC-1")
    wrong = {
        case(record("one"))[:-9]: "no JSON",
        b"md5\nabc\n": "no JSON",
        case(): "no record",
        case(1): "is no record",
        b'{"value": [{"Media": [{"MediaID": ' + b"1" * 5000 + b"}]}]}": "more than 1000 digits",
        b'{"value": ' + b"[" * 5000: "inside one another",
    }

    for content, why in wrong.items():
        sent = send(bench, exhibit, content)

        found = bench.one("select state, faults, address from register_import where id = :id", id=sent)
        assert (found.state, found.address) == ("refused", None)
        assert why in str(found.faults)
    assert not bench.rows("select 1 from exhibit_case where operation_id = :operation")
