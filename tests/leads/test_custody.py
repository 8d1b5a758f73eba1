"""What the end of the window leaves in hand: a claim becomes custody of the holder's country, which goes on."""

from __future__ import annotations

import pytest

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead, end_leases, renew_claim, take_into_custody
from workspace.commands.discussion import comment_on_lead
from workspace.commands.stages import park_lead
from workspace.errors import Closed, Conflict
from workspace.model import Event, Lead
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.lead_page import lead_page


def close(operation: TestOperation, state: str = "closing") -> None:
    operation.change("update operation set state = :state where id = :id", state=state, id=operation.id)


def housekeep(operation: TestOperation) -> None:
    with operation.workers.write(operation.service_id) as tx:
        take_into_custody(tx)
        settle_assessments(tx)
        end_leases(tx)


def test_a_claim_at_the_end_of_the_window_becomes_custody_and_nothing_else_does(
    operation: TestOperation, database: Database
) -> None:
    held, free = operation.lead(), operation.lead()
    with database.write(operation.person("EC")) as tx:
        token = claim_lead(tx, held)
    # The state is not written yet: the window counts.
    operation.change("update operation set closes_at = now() - interval '1 second' where id = :id", id=operation.id)

    housekeep(operation)
    housekeep(operation)

    row, other = operation.row(Lead, held), operation.row(Lead, free)
    assert (row.custody, row.holder_id, row.lease_until, row.stage) == ("EC", None, None, "open")
    assert other.custody is None
    assert operation.kinds() == ["lead:claimed", "lead:taken_into_custody"]
    event = operation.row(Event, (operation.id, 2))
    assert (event.lead_id, event.payload) == (held, {"holder": operation.person("EC"), "country": "EC"})
    with pytest.raises(Conflict), database.write(operation.person("EC")) as tx:
        renew_claim(tx, held, token=token)


def test_people_of_the_country_and_of_the_sides_go_on_and_others_do_not(
    operation: TestOperation, database: Database
) -> None:
    lead, other = operation.lead("EC", "PE"), operation.lead("EC", "PE")
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)
    close(operation)
    housekeep(operation)
    close(operation, "follow_up")

    with pytest.raises(Closed), database.write(operation.person("CL")) as tx:
        claim_lead(tx, lead)
    with pytest.raises(Closed), database.write(operation.person("EC")) as tx:
        claim_lead(tx, other)
    for country in ("EC", "PE"):
        with database.write(operation.person(country, which=2)) as tx:
            token = claim_lead(tx, lead)
        look(operation.workers, lead, operation.person(country, which=2))
        with database.write(operation.person(country, which=2)) as tx:
            assess_lead(tx, lead, token=token, opinion=1, reason="ears agree", **WHOLE)
        operation.change("update assessment set signed_at = signed_at - interval '11 seconds' where settled_at is null")
        housekeep(operation)

    row = operation.row(Lead, lead)
    assert (row.stage, row.custody) == ("verified", "EC")


def test_custody_stands_on_the_board_and_on_the_leads_page(operation: TestOperation, database: Database) -> None:
    lead = operation.lead("EC", "PE")
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)
    close(operation)
    housekeep(operation)

    told = {}
    for country in ("EC", "CL"):
        with database.read(operation.person(country, which=2)) as view:
            (card,) = board_changes(view.session, operation.id).cards
            page = lead_page(view.session, lead, view.me)
            told[country] = (card.custody, card.is_claimable, page.custody, page.permissions["claim_lead"])

    assert told == {"EC": ("EC", True, "EC", True), "CL": ("EC", True, "EC", False)}


def test_an_opinion_signed_in_the_last_seconds_settles_before_anything_is_taken(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    with database.write(operation.person("EC")) as tx:
        token = claim_lead(tx, lead)
    look(operation.workers, lead, operation.person("EC"))
    with database.write(operation.person("EC")) as tx:
        assess_lead(tx, lead, token=token, opinion=1, reason="ears agree", **WHOLE)
    close(operation)

    housekeep(operation)
    assert operation.row(Lead, lead).holder_id == operation.person("EC")
    operation.change(
        "update assessment set signed_at = signed_at - interval '11 seconds' where lead_id = :lead", lead=lead
    )
    housekeep(operation)

    row = operation.row(Lead, lead)
    assert (row.stage, row.holder_id, row.custody) == ("assessed", None, None)


def test_in_closing_a_lead_is_said_about_and_set_aside_and_once_closed_no_more(
    operation: TestOperation, database: Database
) -> None:
    lead, me = operation.lead(), operation.person("EC")
    close(operation)

    with database.write(me) as tx:
        comment_on_lead(tx, lead, body="we look on at home", language="en")
    with database.write(me) as tx:
        park_lead(tx, lead, reason="for the cold case team")
    close(operation, "closed")
    with pytest.raises(Closed), database.write(me) as tx:
        comment_on_lead(tx, lead, body="too late", language="en")

    assert operation.kinds() == ["comment:added", "lead:parked"]
