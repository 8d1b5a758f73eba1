"""The case file of an exhibit: kept as it came, compared with the exhibit's contents whichever came first, and for its
owner alone."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.register_imports import send_case
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.intake.uploads import Part, opened_file, sealed_upload
from workspace.model.database import Tx
from workspace.queries.exhibit_cases import (
    CaseReport,
    case_report,
    exhibit_cases,
    kept_case,
    missing_files,
    stated_categories,
    unnamed_contents,
)
from workspace.queries.exhibits import custody_log
from workspace.queries.register_imports import register_imports

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases"


def record(path: Path | None = None, number: int = 1, **more: Any) -> dict[str, Any]:
    """A record of a file, or of one that is nowhere."""
    content = path.read_bytes() if path else b"nowhere %d" % number
    md5 = hashlib.md5(content).hexdigest()
    name = path.name if path else f"gone-{number}.jpg"
    files = [{"MD5": md5, "FileName": name, "FilePath": "..\\..\\Users\\x"}]
    return {"MediaID": number, "MD5": md5, "Category": 1, "MediaFiles": files, **more}


def case(*records: object) -> bytes:
    return json.dumps({"@odata.context": CONTEXT, "value": [{"CaseNumber": "C", "Media": list(records)}]}).encode()


def send(bench: Bench, exhibit: UUID, content: bytes, *, scheme: str = "us_2_0", person: int | None = None) -> UUID:
    """The import of a case that was sent and read."""
    person = person or bench.operation.person("EC", "analyst")
    with (
        sealed_upload([Part("", io.BytesIO(content))], store=bench.tools.store, key=bench.key) as address,
        bench.app.write(person) as tx,
    ):
        import_id = send_case(tx, exhibit, name="case.json", scheme=scheme, address=address)
    bench.work()
    return import_id


def bring(bench: Bench, exhibit: UUID, content: bytes, **more: Any) -> UUID:
    sent = send(bench, exhibit, content, **more)
    found = bench.one("select state, case_id, address, faults from register_import where id = :id", id=sent)
    assert (found.state, found.address) == ("done", None), found.faults
    return UUID(str(found.case_id))


def report(bench: Bench, case_id: UUID) -> CaseReport:
    with bench.app.read(bench.operation.person("EC", "specialist")) as view:
        return case_report(view.session, case_id)


def test_a_case_is_compared_with_what_came_and_with_what_comes_later_and_each_difference_is_named(
    bench: Bench, material: Material
) -> None:
    first, late, other = (material.landscape(f"{n}.jpg", seed=n) for n in (1, 2, 3))
    exhibit = bench.bring("EC", first, other)
    by_sha1 = {"MediaID": 9, "SHA1": hashlib.sha1(first.read_bytes()).hexdigest().upper(), "Category": None}
    empty = {"MediaID": 5, "MD5": "d41d8cd98f00b204e9800998ecf8427e", "Category": 2}
    word = record(None, 7, Category="first", RelativeFilePath="a\0\\b")
    content = case(record(first), record(late, 2, Category="5"), by_sha1, empty, word, {"MediaID": 9, "MD5": "x"})

    case_id = bring(bench, exhibit, content)

    found = report(bench, case_id)
    assert (found.records, found.usable, found.matched) == (6, 4, 2)
    assert (found.contents, found.named, found.unnamed_of) == (2, 1, 1)
    assert [(each.place, each.path, each.category, each.stated) for each in found.missing] == [
        (2, "..\\..\\Users\\x\\2.jpg", 5, None),
        (5, "a\\b", None, "first"),
    ]
    assert found.missing[0].md5 == hashlib.md5(late.read_bytes()).hexdigest()
    assert [(each.path, each.paths) for each in found.unnamed] == [("3.jpg", 1)]
    assert found.fault_count == 3
    assert [each.split(":")[0] for each in found.faults] == ["record 4", "record 5", "record 6"]
    assert "numbers (MediaID) that stand there more than once: 1" in found.remarks
    assert (found.version, found.region, found.scheme, found.is_another_exhibits) == ("2.0", "US", "us_2_0", False)
    assert found.sha256 == hashlib.sha256(content).hexdigest()

    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        kept = kept_case(view.session, case_id)
        medium = found.unnamed[0].media_id
        (one,) = bench.rows("select id from media_item where md5 = :md5 and operation_id = :operation",
                            md5=hashlib.md5(first.read_bytes()).digest())  # fmt: skip
        stated = stated_categories(view.session, one.id)
        none = stated_categories(view.session, medium)
        steps = [(each.kind, each.payload) for each in custody_log(view.session, exhibit)]
        whole = [
            sum(map(len, missing_files(view.session, case_id))),
            sum(map(len, unnamed_contents(view.session, case_id))),
        ]
    assert [(each.category, each.scheme) for each in stated] == [(1, "us_2_0"), (None, "us_2_0")]
    assert none == []
    assert whole == [2, 1]
    with opened_file(kept.address, store=bench.tools.store, key=bench.key) as file:
        assert file.read() == content
    (brought,) = [payload for kind, payload in steps if kind == "exhibit:case_brought"]
    assert brought == {
        "exhibit": str(exhibit),
        "case": str(case_id),
        "records": 6,
        "faults": 3,
        "scheme": "us_2_0",
    }

    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        came_later(tx, bench, exhibit, late)
    found = report(bench, case_id)
    assert (found.matched, found.missing_of, found.contents, found.named) == (3, 1, 3, 2)


def came_later(tx: Tx, bench: Bench, exhibit: UUID, path: Path) -> None:
    """A file of the exhibit that comes after its case, with no time spent on reading it."""
    content = path.read_bytes()
    digests = {name: hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")}
    bench.operation.change(
        "with m as (insert into media_item (operation_id, compartment_id, kind, media_type, size_bytes, md5, sha1, sha256, address, state) "
        "select e.operation_id, e.compartment_id, 'photo', 'image/jpeg', 9, :md5, :sha1, :sha256, 'a', 'waiting' "
        "from exhibit e where e.id = :exhibit "
        "returning id, operation_id, compartment_id, sha256) "
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256) "
        "select operation_id, compartment_id, :exhibit, id, 'late.jpg', 9, sha256 from m",
        exhibit=exhibit,
        **digests,
    )


def test_a_later_case_counts_and_the_earlier_is_kept_and_another_exhibits_case_is_said_to_be_one(
    bench: Bench, material: Material
) -> None:
    picture = material.landscape("one.jpg", seed=1)
    exhibit = bench.bring("EC", picture)
    earlier = bring(bench, exhibit, case(record(picture, Category=4)))

    later = bring(bench, exhibit, case(*(record(None, n) for n in range(30))), scheme="none")

    found = report(bench, later)
    assert (found.is_standing, found.is_another_exhibits, found.matched, found.missing_of) == (True, True, 0, 30)
    assert [each.id for each in found.earlier] == [earlier]
    assert (report(bench, earlier).is_standing, report(bench, earlier).is_another_exhibits) == (False, False)
    (medium,) = bench.rows("select id from media_item where operation_id = :operation")
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        assert [each.id for each in exhibit_cases(view.session, exhibit)] == [later, earlier]
        assert stated_categories(view.session, medium.id) == []


def test_a_case_is_its_agencys_alone_and_only_that_brings_it(bench: Bench, material: Material) -> None:
    picture = material.landscape("one.jpg", seed=1)
    exhibit = bench.bring("EC", picture)
    case_id = bring(bench, exhibit, case(record(picture)))
    (medium,) = bench.rows("select id from media_item where operation_id = :operation")

    for other in (bench.operation.person("PE", "analyst"), bench.operation.person("CL", "country_lead")):
        with bench.app.read(other) as view:
            assert exhibit_cases(view.session, exhibit) == []
            assert stated_categories(view.session, medium.id) == []
            assert register_imports(view.session, bench.operation.id, "exhibit_case") == []
            with pytest.raises(NotFound):
                case_report(view.session, case_id)
        with pytest.raises(Forbidden), bench.app.write(other) as tx:
            send_case(tx, exhibit, name="x", scheme="none", address="a")
    with pytest.raises(Invalid), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        send_case(tx, exhibit, name="x", scheme="strange", address="a")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (case(record())[:-9], "no JSON"),
        (b"md5\nabc\n", "no JSON"),
        (case(), "no record"),
        (case(1), "is no record"),
        (b'{"value": [{"Media": [{"MediaID": ' + b"1" * 5000 + b"}]}]}", "more than 1000 digits"),
        (b'{"value": ' + b"[" * 5000, "inside one another"),
    ],
    ids=["breaks off", "CSV", "empty", "no record", "a number that ends programs", "too deep"],
)
def test_what_is_no_case_is_refused_as_a_whole_and_its_upload_erased(bench: Bench, content: bytes, why: str) -> None:
    exhibit = bench.exhibit("EC")

    sent = send(bench, exhibit, content)

    found = bench.one("select state, faults, address from register_import where id = :id", id=sent)
    assert (found.state, found.address) == ("refused", None)
    assert why in str(found.faults)
    assert not bench.rows("select 1 from exhibit_case where operation_id = :operation")
