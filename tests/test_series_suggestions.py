"""Suggested series: why, for whom, formed with one press, and not suggested again once refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from workspace.commands import series, series_suggestions
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model.database import Database
from workspace.queries.series_suggestions import suggested_series

Told = set[tuple[tuple[int, ...], int | None, frozenset[str]]]


class Table:
    """Leads whose sides of EC can be given something in common."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        self.me = operation.person("EC", "analyst")

    def person(self, sharing: str = "operation", country: str = "EC") -> tuple[int, UUID]:
        """A new person's number, and the medium that shows it."""
        lead = self.operation.lead(Side(country, sharing), "PE")
        with self.operation.owner.connect() as rows:
            found = rows.execute(
                text(
                    "select p.number, e.media_item_id from lead_evidence e join person p on p.id = e.person_id "
                    "where e.lead_id = :lead order by e.side limit 1"
                ),
                {"lead": lead},
            ).one()
        self.operation.change("update person set face_count = 1 where operation_id = :op", op=self.operation.id)
        return found.number, found.media_item_id

    def one_camera(self, *media: UUID) -> None:
        self.operation.change("update media_item set camera_key = 'CAM|77' where id = any (:ids)", ids=list(media))

    def told(self, viewer: int | None = None) -> Told:
        with self.database.read(viewer or self.me) as view:
            found = suggested_series(view.session, self.operation.id)
        return {
            (
                tuple(person.number for person in each.persons),
                each.series,
                frozenset(reason.why for reason in each.reasons),
            )
            for each in found.suggestions
        }

    def do(self, act: Any, *given: Any, by: int | None = None, **values: Any) -> Any:
        with self.database.write(by or self.me) as tx:
            return act(tx, *given, **values)


@pytest.fixture
def table(operation: TestOperation, database: Database) -> Table:
    return Table(operation, database)


def test_what_has_something_in_common_is_suggested_to_its_agency_with_every_reason(table: Table) -> None:
    operation = table.operation
    (one, m1), (two, m2), (three, m3), (closed, m4) = *(table.person() for _ in range(3)), table.person("agency")
    theirs, m5 = table.person(country="PE")
    table.one_camera(m1, m2, m4, m5)
    operation.change("update media_item set captured_at = '2025-03-02T10:00:00' where id = any (:ids)", ids=[m1, m3])
    for medium in (m1, m3):
        operation.change(
            "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, "
            "sha256) "
            "select operation_id, compartment_id, (select exhibit_id from lead_evidence where media_item_id = :first), id, "
            "'DCIM/1/' || id, 1, sha256 from media_item where id = :medium",
            first=m1, medium=medium,
        )  # fmt: skip
    operation.change(
        "insert into near_copy (operation_id, compartment_id, media_item_id, like_id, distance) "
        "select operation_id, compartment_id, id, :like, 4 from media_item where id = :medium",
        medium=m1, like=m2,
    )  # fmt: skip

    mine = table.told()
    assert ((one, two), None, frozenset({"camera", "near_copies"})) in mine
    assert ((one, three), None, frozenset({"folder_time"})) in mine
    numbers = {number for persons, _, _ in mine for number in persons}
    assert not numbers & {closed, theirs}  # opened separately, and another agency's
    for other in (operation.person("PE"), operation.person("EC", "observer"), operation.person("CL", "analyst")):
        assert not {number for persons, _, _ in table.told(other) for number in persons} & {one, two, three, closed}


def test_one_press_forms_it_and_what_stands_in_it_draws_others(table: Table) -> None:
    operation = table.operation
    (one, m1), (two, m2), (three, m3) = (table.person() for _ in range(3))
    table.one_camera(m1, m2)
    done = table.do(series_suggestions.form_series, operation.id, numbers=[one, two], label="P-1, P-2")
    assert table.told() == set()
    assert operation.kinds()[-3:] == ["series:added", "person:placed", "person:placed"]
    table.one_camera(m3)
    assert table.told() == {((three,), 1, frozenset({"camera"}))}
    with pytest.raises(Conflict):
        table.do(series_suggestions.form_series, operation.id, numbers=[one, three], label="again")
    table.do(series_suggestions.refuse_suggestion, operation.id, numbers=[three], series_id=done.series)
    assert table.told() == set()
    table.do(series.take_back_placements, done.act)
    assert table.told() == {((one, two, three), None, frozenset({"camera"}))}


def test_what_was_refused_is_not_suggested_again_until_more_is_known(table: Table) -> None:
    operation = table.operation
    (one, m1), (two, m2), (three, m3), (closed, _) = *(table.person() for _ in range(3)), table.person("agency")
    theirs, _ = table.person(country="PE")
    table.one_camera(m1, m2)
    assert table.told() == {((one, two), None, frozenset({"camera"}))}
    before = operation.kinds()

    for why, numbers in ((Forbidden, [one, theirs]), (NotFound, [one, 9999]), (Invalid, [one, closed]), (Invalid, [])):
        for act, values in (
            (series_suggestions.refuse_suggestion, {}),
            (series_suggestions.form_series, {"label": "x"}),
        ):
            with pytest.raises(why):
                table.do(act, operation.id, numbers=numbers, **values)
    with pytest.raises(Forbidden):
        table.do(
            series_suggestions.refuse_suggestion, operation.id, numbers=[one], by=operation.person("EC", "liaison")
        )
    assert operation.kinds() == before
    table.do(series_suggestions.refuse_suggestion, operation.id, numbers=[one, two], by=operation.person("EC"))
    assert table.told() == set()
    table.one_camera(m3)
    assert table.told() == {((one, two, three), None, frozenset({"camera"}))}
    assert operation.kinds()[len(before) :] == ["series:suggestion_refused"]
