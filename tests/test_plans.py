"""What a page asks of one exhibit or one series begins there and goes along indexes, however large the operation is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import TextClause, text

from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import TestOperation
from workspace.commands.series import add_series, place_together
from workspace.model.database import Database
from workspace.queries import exhibits, places, series_page, sweeps

OF_EXHIBIT = {"traces": exhibits.SQL, "custody": exhibits.SQL, "exhibit": sweeps.SQL}
OF_SERIES = {"media": series_page.SQL, "spots": places.SQL}


def plan(database: Database, viewer: int, statement: TextClause, asked: Mapping[str, Any], *never: str) -> str:
    """How the database would answer a person where tables are too large to be read through. never: a further way not to
    go."""
    with database.read(viewer) as view:
        for way in ("seqscan", "bitmapscan", *never):
            view.session.execute(text(f"set local enable_{way} = off"))
        return "\n".join(view.session.scalars(text(f"explain (analyze, timing off, costs off) {statement}"), asked))


@pytest.mark.parametrize("name", OF_EXHIBIT)
def test_what_is_asked_of_an_exhibit_reads_its_media_out_of_an_index(
    operation: TestOperation, database: Database, name: str
) -> None:
    exhibit = lay_exhibit(operation, "EC", "EC-1")
    lay_medium(operation, exhibit)
    asked = {"exhibit": exhibit, "most": 9, "one_more": 9, "upto": None}
    found = plan(database, operation.person("EC"), OF_EXHIBIT[name][name], asked)
    assert "Index Only Scan using ix_received_file_exhibit_media on" in found


@pytest.mark.parametrize("name", OF_SERIES)
def test_what_is_asked_of_a_series_reads_no_other(operation: TestOperation, database: Database, name: str) -> None:
    def series(label: str, media: list[UUID]) -> UUID:
        with database.write(operation.person("EC")) as tx:
            made = add_series(tx, operation.id, label=label)
            place_together(tx, made, media=media)
        return made

    exhibit = lay_exhibit(operation, "EC", "EC-1")
    made = [series(f"series {n}", [lay_medium(operation, exhibit)]) for n in range(4)]
    asked: dict[str, Any] = {"operation": operation.id, "series": made[1] if name == "media" else 2, "most": 9}
    asked |= {"person": None, "leaving": False}
    found = plan(database, operation.person("EC"), OF_SERIES[name][name], asked)
    media = [line for line in found.splitlines() if " on media_item " in line and "never executed" not in line]
    assert media
    assert all("rows=1.00" in line or "rows=0.00" in line for line in media)


def test_a_map_of_everything_reads_what_states_a_place_out_of_an_index(
    operation: TestOperation, database: Database
) -> None:
    lay_medium(operation, lay_exhibit(operation, "EC", "EC-1"), latitude=-4, longitude=-80, place_country="EC")
    asked = {"operation": operation.id, "series": None, "person": None, "leaving": False}
    found = plan(database, operation.person("EC"), places.SQL["spots"], asked, "indexscan")
    media = [line for line in found.splitlines() if " on media_item " in line and "never executed" not in line]
    assert media
    assert all("Index Only Scan using ix_media_item_place on" in line for line in media)
