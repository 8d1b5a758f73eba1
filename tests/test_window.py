"""The window is moved with a reason: shorter at once, longer for the countries that accept it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.operation import Side, TestOperation
from workers.housekeeping import do_due_duties
from workspace.commands.claims import claim_lead
from workspace.commands.window import accept_window, move_window
from workspace.errors import Closed, Conflict, Forbidden, Invalid
from workspace.model import Consent, Event, Operation, Participation, WindowChange
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.record import record_page
from workspace.queries.terms import consents, operation_window


def in_hours(hours: float) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def move(operation: TestOperation, database: Database, closes_at: datetime, reason: str = "a storm") -> None:
    with database.write(operation.person("EC", "operation_lead")) as tx:
        move_window(tx, operation.id, closes_at=closes_at, reason=reason)


def accept(operation: TestOperation, database: Database, country: str, until: datetime) -> None:
    with database.write(operation.person(country, "country_lead")) as tx:
        accept_window(tx, operation.id, until=until)


def end_for(operation: TestOperation, *countries: str) -> None:
    """Move the end that these countries accepted into the past."""
    operation.change(
        "update participation set accepted_until = now() - interval '1 second' where operation_id = :id and country = "
        "any (:countries)",
        id=operation.id,
        countries=list(countries),
    )


def sides_open(operation: TestOperation, database: Database, country: str) -> list[bool]:
    """Of the only lead: which of its sides this country opens."""
    with database.read(operation.person(country)) as view:
        (card,) = board_changes(view.session, operation.id).cards
        return [not side.hidden for side in card.sides]


def test_a_shorter_window_holds_at_once_and_asks_nobody(operation: TestOperation, database: Database) -> None:
    lead, until = operation.lead(), in_hours(1)

    move(operation, database, until, reason=" a storm ")

    assert operation.row(Operation, operation.id).closes_at == until
    with database.read(operation.person("PE", "country_lead")) as view:
        window = operation_window(view.session, operation.id)
        (event,) = record_page(view.session, operation.id)
    (moved,) = window.moves
    assert (moved.after, moved.reason, moved.by) == (until, "a storm", "EC · operation_lead 1")
    assert (event.kind, event.reason) == ("operation:window_moved", "a storm")
    assert not any(each.is_asked for each in window.countries)
    with pytest.raises(Conflict):
        accept(operation, database, "PE", until)
    assert sides_open(operation, database, "EC") == [True, True]
    assert lead


def test_the_record_holds_the_times_and_the_reason_stands_in_a_row(
    operation: TestOperation, database: Database
) -> None:
    before, until = operation.row(Operation, operation.id).closes_at, in_hours(2)

    move(operation, database, until)

    event = operation.row(Event, (operation.id, 1))
    row = operation.row(WindowChange, event.payload["why"])
    assert (row.before, row.after, row.moved_by) == (before, until, operation.person("EC", "operation_lead"))
    assert set(event.payload) == {"before", "after", "why"}
    assert "storm" not in event.body


def test_a_longer_window_opens_each_owners_material_to_the_end_that_it_accepted(
    operation: TestOperation, database: Database
) -> None:
    lead, until = operation.lead("EC", "PE"), in_hours(200)
    move(operation, database, until)
    accept(operation, database, "EC", until)

    assert sides_open(operation, database, "EC") == [True, True]  # the end that PE accepted has not come yet
    end_for(operation, "PE", "CL")

    assert [sides_open(operation, database, country) for country in ("EC", "PE", "CL")] == [
        [True, False],
        [True, True],
        [True, False],
    ]
    with pytest.raises(Forbidden), database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)
    accept(operation, database, "PE", until)
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)


def test_a_window_that_ends_as_accepted_stays_open_in_the_follow_up(
    operation: TestOperation, database: Database
) -> None:
    operation.lead("EC", "PE")
    operation.change(
        "update operation set state = 'follow_up', opens_at = now() - interval '9 days', closes_at = now() - interval "
        "'2 days' where id = :id",
        id=operation.id,
    )
    operation.change(
        "update participation set accepted_until = now() - interval '2 days' where operation_id = :id and country <> "
        "'PE'",
        id=operation.id,
    )

    assert sides_open(operation, database, "CL") == [True, True]


def test_an_own_closed_exhibit_and_a_grant_do_not_depend_on_the_window(
    operation: TestOperation, database: Database
) -> None:
    operation.lead(Side("EC", "agency"), Side("PE", "agency"))
    operation.grant("PE", to="EC")
    move(operation, database, in_hours(200))
    end_for(operation, "EC", "PE")

    assert sides_open(operation, database, "EC") == [True, True]


def test_the_end_that_a_country_accepted_is_written_down_once_and_its_answer_is_a_row(
    operation: TestOperation, database: Database
) -> None:
    until = in_hours(200)
    move(operation, database, until)
    end_for(operation, "PE")

    for _ in range(2):
        do_due_duties(operation.workers, operation.service_id)
    accept(operation, database, "PE", until)
    do_due_duties(operation.workers, operation.service_id)

    assert operation.kinds() == ["operation:window_moved", "window:ended", "window:accepted"]
    with database.read(operation.person("CL")) as view:
        (row,) = consents(view.session, operation.id)
    assert (row.country, row.what, row.is_given, row.until, row.by) == (
        "PE", "window", True, until, "PE · country_lead 1",
    )  # fmt: skip
    part = operation.row(Participation, (operation.id, "PE"))
    assert (part.accepted_until, part.window_ended_at) == (until, None)


@pytest.mark.parametrize(
    ("hours", "what"), [(-1, "later than now"), (24 * 400, "at most 366 days"), (96, "is the end already")]
)
def test_an_end_that_cannot_be_is_refused(
    operation: TestOperation, database: Database, hours: float, what: str
) -> None:
    closes_at = operation.row(Operation, operation.id).closes_at if hours == 96 else in_hours(hours)

    with pytest.raises(Invalid) as refused:
        move(operation, database, closes_at)

    assert what in str(refused.value.facts["faults"])
    assert operation.kinds() == []


@pytest.mark.parametrize("reason", ["", "\u200b"])
def test_without_a_reason_the_window_stays(operation: TestOperation, database: Database, reason: str) -> None:
    with pytest.raises(Invalid):
        move(operation, database, in_hours(2), reason)
    assert operation.kinds() == []


def test_a_window_that_is_over_is_not_opened_again(operation: TestOperation, database: Database) -> None:
    operation.change("update operation set closes_at = now() - interval '1 second' where id = :id", id=operation.id)

    with pytest.raises(Closed):
        move(operation, database, in_hours(10))


def test_an_answer_counts_for_the_end_that_was_read(operation: TestOperation, database: Database) -> None:
    first, second = in_hours(200), in_hours(300)
    move(operation, database, first)
    move(operation, database, second)

    with pytest.raises(Conflict):
        accept(operation, database, "PE", first)
    accept(operation, database, "PE", second)
    with pytest.raises(Conflict):
        accept(operation, database, "PE", second)

    with operation.workers.read(operation.service_id) as view:
        assert view.session.query(Consent).filter_by(operation_id=operation.id).count() == 1
