"""The pages of series: what each person is offered on them."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from workspace.commands import series, series_work
from workspace.model.database import Database

SignedIn = Callable[[int], Browser]


def test_the_pages_show_what_is_offered(operation: TestOperation, database: Database, signed_in: SignedIn) -> None:
    with database.write(operation.person("EC", "analyst")) as tx:
        blue = series.add_series(tx, operation.id, label="Blue room")
        series.determine_country(tx, blue, country="EC", grounds="the plug")
    with database.write(operation.person("PE")) as tx:
        series_work.claim_series(tx, blue)
    base = f"/operations/{operation.id}/series"

    mine = signed_in(operation.person("PE")).get(f"{base}/1").text
    theirs = signed_in(operation.person("CL", "country_lead")).get(f"{base}/1").text
    board = signed_in(operation.person("EC", "operation_lead")).get(f"{base}?show=second").text

    assert all(word in mine for word in ("/release", "/hand-over", "/country/confirm", "Comments"))
    assert "/name" not in mine
    assert "/release" not in theirs
    assert "/take-over" in theirs
    assert all(word in board for word in ("Blue room", "waits for a second person", "/columns", "1 + "))
    assert signed_in(operation.person("PE")).get(f"{base}/99").status_code == 404
