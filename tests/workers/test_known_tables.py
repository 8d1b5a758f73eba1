"""Tables of categories that lists bring along: kept in their words, and as what somebody takes their numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.commands.grades import bring_grade_table
from workspace.commands.known import remove_list, take_list
from workspace.commands.known_tables import bring_list_table, take_category
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.exchange.grade_tables import read_table
from workspace.exchange.known_lists import read_hashes
from workspace.model import jobs
from workspace.queries.known import known_marks, list_tables
from workspace.rules.grades import Category
from workspace.rules.known import KnownHash, Meaning

TABLE = b"number,label,meaning\n7,Kategorie B,shown there as evidence\n9,Kein Bezug,\n"
OWN = [Category(1, "Severe"), Category(2, "Other")]


def bring_list(bench: Bench, hashes: Mapping[Path, KnownHash], *, sharing: str = "operation") -> UUID:
    """A list of EC that says «of interest» of these files."""
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        digests = [replace(each, digest=hashlib.md5(path.read_bytes()).digest()) for path, each in hashes.items()]
        list_id = take_list(
            tx,
            bench.operation.id,
            name="Their list",
            source="BKA 2026",
            meaning="relevant",
            skips=False,
            hashes=digests,
            sharing=sharing,
        )
        jobs.want(tx, "follow_known", list_id, bench.operation.id)
    bench.work()
    return list_id


def known(bench: Bench) -> list[tuple[str, int | None]]:
    rows = bench.rows(
        "select meaning, category from known_media where operation_id = :operation order by category, media_item_id"
    )
    return [tuple(row) for row in rows]


def take(bench: Bench, list_id: UUID, number: int, meaning: Meaning | None, grade: int | None = None) -> None:
    with bench.app.write(bench.operation.person("EC", "country_lead")) as tx:
        take_category(tx, list_id, number, meaning=meaning, grade=grade)
    bench.work()


def marks(bench: Bench, country: str) -> list[Any]:
    with bench.app.read(bench.operation.person(country, "analyst")) as view:
        sql = "select id from media_item where operation_id = :op order by received_at, id"
        media = view.session.scalars(text(sql), {"op": bench.operation.id}).all()
        return [mark for medium in media for mark in known_marks(view.session, medium)]


def test_a_number_means_what_somebody_says_and_the_lists_words_stand_beside_it(
    bench: Bench, material: Material
) -> None:
    first, second, third = (material.landscape(f"{n}.jpg", seed=n) for n in (1, 2, 3))
    bench.bring("EC", first, second, third)
    list_id = bring_list(
        bench,
        {first: KnownHash(1, b"", category=7), second: KnownHash(1, b"", category=9),
         third: KnownHash(1, b"", "identified", 9)},
    )  # fmt: skip
    assert sorted(known(bench)) == [("identified", 9), ("relevant", 7), ("relevant", 9)]

    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        bring_list_table(tx, list_id, name="Table of the source", categories=read_table(TABLE))
    bench.work()
    assert sorted(known(bench)) == [("identified", 9), ("relevant", 7), ("relevant", 9)]  # it means nothing yet
    assert {(mark.category, mark.category_words, mark.grade) for mark in marks(bench, "EC")} == {
        (7, "Kategorie B", None),
        (9, "Kein Bezug", None),
    }

    with bench.app.write(bench.operation.person("EC", "country_lead")) as tx:
        bring_grade_table(tx, bench.operation.id, name="EC", categories=OWN)
    take(bench, list_id, 7, "abuse", 1)
    take(bench, list_id, 9, "irrelevant")

    # Who is identified stays so; grades are given by people alone.
    assert sorted(known(bench)) == [("abuse", 7), ("identified", 9), ("irrelevant", 9)]
    assert {
        (m.category_words, m.grade, m.grade_words, m.grade_of) for m in marks(bench, "PE") or marks(bench, "EC")
    } == {
        ("Kategorie B", 1, "Severe", "EC"),
        ("Kein Bezug", None, None, None),
    }
    assert bench.rows("select 1 from media_grade where operation_id = :operation") == []
    bench.bring("PE", first)
    assert sorted(known(bench))[:2] == [("abuse", 7), ("abuse", 7)]  # before it is read
    kinds = [kind for kind in bench.operation.kinds() if kind.startswith("known:")]
    assert kinds == ["known:list_taken", "known:table_brought", "known:category_taken", "known:category_taken"]
    with bench.app.read(bench.operation.person("EC", "analyst")) as view:
        (table,) = list_tables(view.session, bench.operation.id)
    assert [(each.number, each.label, each.meaning, each.grade, each.files) for each in table.categories] == [
        (7, "Kategorie B", "abuse", 1, 2),
        (9, "Kein Bezug", "irrelevant", None, 2),
    ]

    # Taken back, and by another table, it means nothing again.
    take(bench, list_id, 9, None)
    assert sorted(known(bench)) == [("abuse", 7), ("abuse", 7), ("identified", 9), ("relevant", 9)]
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        bring_list_table(tx, list_id, name="Second edition", categories=[Category(7, "Another meaning")])
    bench.work()
    assert sorted(known(bench)) == [("identified", 9), *[("relevant", 7)] * 2, ("relevant", 9)]


def test_only_the_country_lead_of_the_lists_agency_says_what_a_number_means(bench: Bench, material: Material) -> None:
    list_id = bring_list(bench, {material.portrait(): KnownHash(1, b"", category=7)}, sharing="agency")

    def says(
        country: str, role: str, number: int = 7, meaning: Meaning | None = "abuse", grade: int | None = None
    ) -> None:
        with bench.app.write(bench.operation.person(country, role)) as tx:
            take_category(tx, list_id, number, meaning=meaning, grade=grade)

    with pytest.raises(Conflict, match="no table"):
        says("EC", "country_lead")
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        bring_list_table(tx, list_id, name="A table", categories=read_table(TABLE))
    with pytest.raises(Conflict), bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        bring_list_table(tx, list_id, name="A table", categories=read_table(TABLE))
    with pytest.raises(Forbidden):
        says("EC", "analyst")
    with pytest.raises(NotFound):
        says("PE", "country_lead")
    with pytest.raises(Invalid):
        says("EC", "country_lead", number=8)
    with pytest.raises(Invalid):
        says("EC", "country_lead", grade=1)  # the country has no table
    with pytest.raises(Conflict):
        says("EC", "country_lead", meaning=None)  # as it is
    says("EC", "country_lead")
    with pytest.raises(Conflict):
        says("EC", "country_lead")

    with bench.app.read(bench.operation.person("PE", "analyst")) as view:
        assert list_tables(view.session, bench.operation.id) == []
    with bench.app.write(bench.operation.person("EC", "analyst")) as tx:
        remove_list(tx, list_id)
    with pytest.raises(Conflict):
        says("EC", "country_lead", number=9)


def test_a_list_in_csv_names_the_category_of_each_hash() -> None:
    md5 = [hashlib.md5(str(n).encode()).hexdigest() for n in range(4)]
    lines = f"MD5;Category\n{md5[0]};7\n{md5[1]};\n{md5[2]};B\n{md5[3]};99999999999\n"

    found = read_hashes(BytesIO(lines.encode()))

    assert [(each.digest.hex(), each.category) for each in found.hashes()] == [(md5[0], 7), (md5[1], None)]
    assert [str(fault) for fault in found.faults] == [
        "line 4: category: «B» is no whole number",
        "line 5: category: «99999999999» is no whole number",
    ]
    assert found.remarks == []
