"""Known material: a file that a list names is known, whichever of the two came first; and who learns of it."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.known import end_lists, read_after_all, remove_list
from workspace.commands.originals import note_vics_export
from workspace.commands.register_imports import send_list
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.intake.uploads import Part, sealed_upload
from workspace.queries.exhibits import custody_log, exhibit_page, vics_files
from workspace.queries.intake import intake_report
from workspace.queries.known import known_lists
from workspace.rules.known import Meaning


def bring_list(
    bench: Bench,
    content: str,
    *,
    country: str = "EC",
    name: str = "List",
    meaning: Meaning = "abuse",
    skips: bool = False,
    sharing: str = "operation",
    retain_until: date | None = None,
) -> UUID:
    """A list that was sent and read; its id."""
    person = bench.operation.person(country, "analyst")
    with (
        sealed_upload([Part("", io.BytesIO(content.encode()))], store=bench.tools.store, key=bench.key) as address,
        bench.app.write(person) as tx,
    ):
        import_id = send_list(
            tx,
            bench.operation.id,
            name=name,
            source="an agency",
            meaning=meaning,
            skips=skips,
            scheme="none",
            sharing=sharing,
            retain_until=retain_until,
            takes_rest=False,
            address=address,
        )
    bench.work()
    found = bench.one("select state, list_id, faults from register_import where id = :id", id=import_id)
    assert (found.state, found.faults) == ("done", [])
    return UUID(str(found.list_id))


def digest(path: Path, name: str) -> str:
    return f"{name}\n{hashlib.new(name, path.read_bytes()).hexdigest()}\n"


def flags(bench: Bench) -> list[tuple[str, int]]:
    rows = bench.rows("select meaning, algorithm from known_media where operation_id = :operation order by 1, 2")
    return [(row.meaning, row.algorithm) for row in rows]


def known_to(bench: Bench, country: str) -> int:
    with bench.app.read(bench.operation.person(country, "analyst")) as view:
        return intake_report(view.session, bench.operation.id).known.files


@pytest.mark.parametrize(("name", "algorithm"), [("md5", 1), ("sha1", 2), ("sha256", 3)])
def test_a_file_is_known_by_any_digest_whichever_comes_first(
    bench: Bench, material: Material, name: str, algorithm: int
) -> None:
    first, second = material.landscape("one.jpg", seed=1), material.landscape("two.jpg", seed=2)
    bench.bring("EC", first)
    bring_list(bench, digest(first, name) + digest(second, name).split()[1] + "\n")
    assert flags(bench) == [("abuse", algorithm)]

    bench.bring("PE", second)

    assert flags(bench) == [("abuse", algorithm)] * 2  # before it was read
    bench.work()
    assert flags(bench) == [("abuse", algorithm)] * 2
    assert known_to(bench, "CL") == 2


def test_a_picture_is_known_by_its_look_whichever_comes_first(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.group())
    bench.work()
    pdq = bench.one("select encode(pdq_turned[1], 'hex') as pdq from media_item where operation_id = :operation").pdq

    bring_list(bench, f"pdq\n{pdq}\n")
    bench.bring("PE", material.near_group())
    bench.work()

    rows = bench.rows("select distance from known_media where operation_id = :operation order by distance")
    assert rows[0].distance == 0
    assert len(rows) == 2
    assert all(row.distance <= 31 for row in rows)


def test_a_list_says_that_files_of_its_agency_alone_need_not_be_read(bench: Bench, material: Material) -> None:
    picture, other = material.landscape("one.jpg", seed=1), material.landscape("two.jpg", seed=2)
    list_id = bring_list(bench, digest(picture, "md5"), meaning="identified", skips=True)
    mine, theirs = bench.bring("EC", picture, other), bench.bring("PE", picture)
    bench.work()

    read = "select state, unseen, preview_address from media_item where operation_id = :operation and md5 = :md5"
    states = bench.rows(f"{read} order by compartment_id", md5=hashlib.md5(picture.read_bytes()).digest())
    assert [(row.state, row.unseen, row.preview_address is None) for row in states] == [
        ("read", ["known"], True),
        ("read", [], False),
    ]
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, bench.operation.id)
        page = exhibit_page(view.session, mine)
    assert (report.known.files, report.known.unread, report.known.unread_bytes) == (2, 1, picture.stat().st_size)
    assert report.known.saved_s is not None
    assert report.counts.adds_up
    assert report.partly_read == 0
    assert report.groups == 2
    assert [(each.meaning, each.files, each.unread) for each in page.known] == [("identified", 1, 1)]
    lead = bench.one("select kind from lead where operation_id = :operation")
    assert lead.kind == "same_file"  # who is identified there may be looked for here

    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        read_after_all(tx, mine)
    with pytest.raises(Conflict), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        read_after_all(tx, theirs)
    with bench.app.write(bench.operation.person("EC", "specialist")) as tx:
        assert read_after_all(tx, mine) == 1
    bench.work()

    assert not bench.rows("select 1 from media_item where operation_id = :operation and unseen <> '{}'")
    assert bench.operation.kinds()[-1] != "known:files_wanted"  # it was read since
    assert bench.operation.kinds().count("known:files_wanted") == 1
    assert flags(bench) == [("identified", 1)] * 2
    assert bench.one("select skips from known_list where id = :id", id=list_id).skips


def test_when_a_list_goes_its_hashes_and_what_it_named_go_and_what_it_passed_over_is_read(
    bench: Bench, material: Material
) -> None:
    picture = material.landscape("one.jpg", seed=1)
    bench.bring("EC", picture)  # waits when the list comes
    list_id = bring_list(bench, digest(picture, "sha1"), skips=True)
    kept = bring_list(bench, digest(picture, "sha1"), name="Other", skips=False)
    assert bench.one("select unseen from media_item where operation_id = :operation").unseen == ["known"]

    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        remove_list(tx, list_id)
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        remove_list(tx, list_id)
    with pytest.raises(Conflict), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        remove_list(tx, list_id)
    bench.work()

    assert bench.one("select unseen, state from media_item where operation_id = :operation") == ([], "read")
    assert flags(bench) == [("abuse", 2)]
    hashes = "select l.id from known_hash h join known_list l on l.number = h.list_no where l.operation_id = :operation"
    assert [row.id for row in bench.rows(hashes)] == [kept]
    assert bench.operation.kinds().count("known:list_removed") == 1


def test_the_same_list_again_adds_what_is_new_and_says_what_it_says_now(bench: Bench, material: Material) -> None:
    first, second = material.landscape("one.jpg", seed=1), material.landscape("two.jpg", seed=2)
    bench.bring("EC", first, second)
    bench.work()
    content = digest(first, "md5")
    list_id = bring_list(bench, content, name="Liste É")

    again = bring_list(bench, content + content.split()[1] + "\n", name="LISTE é")
    assert (again, flags(bench)) == (list_id, [("abuse", 1)])
    bring_list(bench, content + digest(second, "md5").split()[1], name="Liste É", meaning="identified")

    assert flags(bench) == [("identified", 1)] * 2
    counted = bench.one("select hashes, meaning from known_list where operation_id = :operation")
    assert (counted.hashes, counted.meaning) == (2, "identified")
    payloads = bench.rows(
        "select payload->>'hashes' as n from event where operation_id = :operation and kind = 'known:list_taken' order "
        "by seq"
    )
    assert [row.n for row in payloads] == ["1", "0", "1"]


def test_nobody_learns_from_a_list_what_they_may_not_see(bench: Bench, material: Material) -> None:
    """EC keeps a list for itself; PE holds a file closed to others; CL shares a list."""
    shared, closed = material.landscape("one.jpg", seed=1), material.landscape("two.jpg", seed=2)
    secret = bring_list(bench, digest(shared, "md5"), country="EC", name="Own", sharing="agency")
    bring_list(bench, digest(closed, "md5"), country="CL", name="Shared")
    bench.bring("PE", shared)
    bench.bring("PE", closed, sharing="agency")
    bench.work()

    assert len(flags(bench)) == 2
    assert {country: known_to(bench, country) for country in ("EC", "PE", "CL")} == {"EC": 1, "PE": 1, "CL": 0}
    for country, seen in (("EC", ["Own", "Shared"]), ("PE", ["Shared"]), ("CL", ["Shared"])):
        with bench.app.read(bench.operation.person(country, "analyst")) as view:
            lists = known_lists(view.session, bench.operation.id)
        assert [each.name for each in lists] == seen
        assert all(each.files == 0 for each in lists if each.name == "Shared" and country != "PE")
    with pytest.raises(NotFound), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        remove_list(tx, secret)


def test_what_its_owner_knows_to_be_of_no_interest_opens_no_lead_until_the_list_goes(
    bench: Bench, material: Material
) -> None:
    icon = material.landscape("icon.jpg", seed=1)
    list_id = bring_list(bench, digest(icon, "sha256"), country="PE", meaning="irrelevant", sharing="agency")
    bench.bring("EC", icon)
    bench.bring("PE", icon)
    bench.bring("CL", icon)
    bench.work()

    countries = bench.rows("select countries from lead where operation_id = :operation")
    assert [row.countries for row in countries] == [["CL", "EC"]]

    with bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        remove_list(tx, list_id)
    bench.work()

    assert bench.one("select countries from lead where operation_id = :operation").countries == ["CL", "EC", "PE"]


def test_a_list_goes_after_its_last_day_in_the_zone_of_the_operation(bench: Bench, material: Material) -> None:
    picture = material.landscape("one.jpg", seed=1)
    bench.bring("EC", picture)
    list_id = bring_list(bench, digest(picture, "md5"), retain_until=date(2999, 1, 1))
    day = "(now() at time zone (select time_zone from operation where id = :op))::date"
    bench.operation.change(
        f"update known_list set retain_until = {day} where id = :id", id=list_id, op=bench.operation.id
    )
    with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
        end_lists(tx)
    assert bench.one("select removed_at from known_list where id = :id", id=list_id).removed_at is None

    bench.operation.change(
        f"update known_list set retain_until = {day} - 1 where id = :id", id=list_id, op=bench.operation.id
    )
    with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
        assert end_lists(tx) >= 1
    bench.work()

    assert flags(bench) == []
    assert bench.one("select removed_at from known_list where id = :id", id=list_id).removed_at is not None


def test_the_owner_alone_exports_an_exhibit_and_the_record_says_so(bench: Bench, material: Material) -> None:
    picture = material.landscape("one.jpg", seed=1)
    bring_list(bench, digest(picture, "md5"), meaning="identified")
    mine = bench.bring("EC", picture, material.text())
    bench.work()

    with pytest.raises(Forbidden), bench.app.write(bench.operation.person("PE", "analyst")) as tx:
        note_vics_export(tx, mine)
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        note_vics_export(tx, mine)
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        ((file,),) = vics_files(view.session, mine)
        steps = [step.kind for step in custody_log(view.session, mine)]

    assert (file.md5, file.size_bytes) == (hashlib.md5(picture.read_bytes()).digest(), picture.stat().st_size)
    assert (file.is_identified, file.media_type, len(file.paths)) == (True, "image/jpeg", 1)
    assert steps[-1] == "exhibit:exported"
