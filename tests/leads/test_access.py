"""Closed material: opened to another agency for a time by whose it is, and closed again before that if he wants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.support.operation import Side, TestOperation
from tests.support.waiting import LIMIT_S, until_somebody_waits
from workspace.commands.access import answer_access, ask_access, take_back_access
from workspace.commands.stages import park_lead
from workspace.errors import Conflict, Forbidden, NotFound, WorkspaceError
from workspace.model.database import Database
from workspace.queries.board import board_changes, leads_off_board
from workspace.queries.lead_page import lead_page
from workspace.queries.overview import overview


@pytest.fixture
def lead(operation: TestOperation) -> UUID:
    """Between Ecuador's closed material and what all may open."""
    return operation.lead(Side("EC", "agency"), Side("PE"))


@pytest.fixture
def grant(operation: TestOperation, database: Database, lead: UUID) -> UUID:
    """Ecuador's closed material, opened to Chile."""
    with database.write(operation.person("CL")) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")
    with database.write(operation.person("EC", "country_lead")) as tx:
        answer_access(tx, asked, granted=True, hours=2)
    return asked


def may_open(operation: TestOperation, database: Database, country: str) -> bool:
    with database.read(operation.person(country)) as view:
        (card,) = board_changes(view.session, operation.id).cards
    return not any(side.hidden for side in card.sides)


def test_what_was_opened_is_closed_again_at_once(operation: TestOperation, database: Database, grant: UUID) -> None:
    assert may_open(operation, database, "CL")

    with database.write(operation.person("EC", "country_lead")) as tx:
        take_back_access(tx, grant)

    assert not may_open(operation, database, "CL")
    assert operation.kinds()[-3:] == ["access:asked", "access:granted", "access:taken_back"]


@pytest.mark.parametrize(
    ("country", "role", "refusal"),
    [("CL", "country_lead", Forbidden), ("PE", "country_lead", NotFound), ("EC", "specialist", Forbidden)],
)
def test_only_the_country_lead_whose_material_it_is_takes_access_back(
    operation: TestOperation, database: Database, grant: UUID, country: str, role: str, refusal: type[WorkspaceError]
) -> None:
    with pytest.raises(refusal), database.write(operation.person(country, role)) as tx:
        take_back_access(tx, grant)

    assert may_open(operation, database, "CL")


def test_a_request_without_an_answer_is_stuck_for_both_and_for_nobody_else(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    def waits(country: str) -> list[tuple[str, str | None]]:
        with database.read(operation.person(country)) as view:
            return [(row.why, row.country) for row in overview(view.session, operation.id).stuck]

    with database.write(operation.person("CL")) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")

    assert waits("EC") == waits("CL") == [("access_asked", "EC")]  # who must answer
    assert waits("PE") == []
    with database.write(operation.person("EC", "country_lead")) as tx:
        answer_access(tx, asked, granted=False)
    assert waits("EC") == waits("CL") == []


def test_access_is_taken_back_once(operation: TestOperation, database: Database, grant: UUID) -> None:
    lead_of_ecuador = operation.person("EC", "country_lead")
    with database.write(lead_of_ecuador) as tx:
        take_back_access(tx, grant)

    with pytest.raises(Conflict, match="has ended"), database.write(lead_of_ecuador) as tx:
        take_back_access(tx, grant)


def test_taking_access_back_leaves_no_other_way_open(operation: TestOperation, database: Database, grant: UUID) -> None:
    operation.grant("EC", to="CL")
    assert may_open(operation, database, "CL")

    with database.write(operation.person("EC", "country_lead")) as tx:
        take_back_access(tx, grant)

    assert not may_open(operation, database, "CL")


def test_two_requests_at_once_are_one(operation: TestOperation, database: Database, lead: UUID) -> None:
    one, other = operation.person("CL"), operation.person("CL", "specialist", 2)

    def ask_too() -> None:
        with database.write(other) as tx:
            ask_access(tx, lead, reason="The same boat.")

    with ThreadPoolExecutor(1) as pool:
        with database.write(one) as tx:
            ask_access(tx, lead, reason="The same boat.")
            asking = pool.submit(ask_too)
            until_somebody_waits(operation)
        with pytest.raises(Conflict, match="asked already"):
            asking.result(timeout=LIMIT_S)

    assert operation.kinds() == ["access:asked"]


@pytest.mark.parametrize(
    "change",
    [
        "update compartment set agency_id = my_agency() where agency_id = :ec",
        "update access_grant set compartment_id = compartment_id where agency_id = my_agency() and :ec > 0",
    ],
)
def test_not_even_the_database_lets_material_change_hands(
    operation: TestOperation, database: Database, grant: UUID, change: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.write(operation.person("CL", "country_lead")) as tx,
    ):
        tx.session.execute(text(change), {"ec": operation.agencies["EC"]})


def test_why_a_lead_was_set_aside_is_read_with_both_keys_only(
    operation: TestOperation, database: Database, lead: UUID, grant: UUID
) -> None:
    def reason(country: str) -> tuple[str | None, str | None]:
        with database.read(operation.person(country)) as view:
            (parked,) = leads_off_board(view.session, operation.id, "parked").leads
            return parked.stage_reason, lead_page(view.session, lead, view.me).stage_reason

    with database.write(operation.person("CL")) as tx:
        park_lead(tx, lead, reason="The boat is another.")

    assert reason("CL") == reason("EC") == ("The boat is another.", "The boat is another.")
    assert reason("PE") == (None, None)


def test_the_page_says_to_both_that_access_is_over(
    operation: TestOperation, database: Database, lead: UUID, grant: UUID
) -> None:
    seen = []
    for _ in range(2):
        for person in (operation.person("EC", "country_lead"), operation.person("CL")):
            with database.read(person) as view:
                (request,) = lead_page(view.session, lead, view.me).access_requests
            seen.append((request.may_take_back, request.is_over))
        if len(seen) == 2:
            with database.write(operation.person("EC", "country_lead")) as tx:
                take_back_access(tx, grant)

    assert seen == [(True, False), (False, False), (False, True), (False, True)]


def test_whoever_asks_cannot_write_the_answer_not_even_in_the_database(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    asker = operation.person("CL")
    with database.write(asker) as tx:
        (asked,) = ask_access(tx, lead, reason="The same boat.")

    with pytest.raises(ProgrammingError, match="row-level security"), database.write(asker) as tx:
        tx.session.execute(
            text("update access_grant set granted = true, until = now() + interval '1 day' where id = :id"),
            {"id": asked},
        )

    assert not may_open(operation, database, "CL")


def test_whose_access_was_taken_back_cannot_open_it_again_not_even_in_the_database(
    operation: TestOperation, database: Database, grant: UUID
) -> None:
    with database.write(operation.person("EC", "country_lead")) as tx:
        take_back_access(tx, grant)

    with pytest.raises(ProgrammingError, match="row-level security"), database.write(operation.person("CL")) as tx:
        tx.session.execute(text("update access_grant set ended_at = null where id = :id"), {"id": grant})

    assert not may_open(operation, database, "CL")
