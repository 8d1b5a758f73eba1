"""A lead's page offers what would be taken, and its history says to whom and why; the overview counts who agreed."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead, end_leases, hand_over_lead, take_over_lead
from workspace.commands.stages import park_lead
from workspace.errors import Closed
from workspace.model.database import Database
from workspace.queries.lead_history import lead_history
from workspace.queries.lead_page import lead_page
from workspace.queries.overview import Agreement, overview
from workspace.web.sentences import event_sentence


def offered(database: Database, lead: UUID, person: int) -> set[str]:
    with database.read(person) as view:
        page = lead_page(view.session, lead, view.me)
    return {action for action, is_offered in page.permissions.items() if is_offered}


def opine(operation: TestOperation, database: Database, lead: UUID, person: int, opinion: int) -> None:
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
    with database.write(person) as tx:
        look(operation.workers, lead, person)
        assess_lead(tx, lead, token=token, opinion=opinion, reason="ears agree", **WHOLE)
    operation.change("update assessment set signed_at = now() - interval '11 seconds' where lead_id = :id", id=lead)
    with operation.workers.write(operation.service_id) as tx:
        settle_assessments(tx)


def test_a_claim_is_offered_only_to_whoever_may_judge(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    opine(operation, database, lead, operation.person("EC"), 1)

    assert "claim_lead" not in offered(database, lead, operation.person("EC"))
    assert "claim_lead" not in offered(database, lead, operation.person("EC", "specialist", 2))
    assert "claim_lead" in offered(database, lead, operation.person("PE"))


def test_nothing_that_frees_a_lead_is_offered_while_an_opinion_is_unsettled(
    operation: TestOperation, database: Database
) -> None:
    lead, holder = operation.lead(), operation.person("EC")
    frees = {"release_lead", "hand_over_lead", "park_lead", "assess_lead"}
    with database.write(holder) as tx:
        token = claim_lead(tx, lead)
    assert offered(database, lead, holder) >= frees

    with database.write(holder) as tx:
        look(operation.workers, lead, holder)
        assess_lead(tx, lead, token=token, opinion=1, reason="ears agree", **WHOLE)

    assert not offered(database, lead, holder) & frees
    assert "take_over_lead" not in offered(database, lead, operation.person("EC", "country_lead"))


def test_ending_a_claim_is_offered_to_the_leads_whom_it_obeys(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)

    for country, role, may in (
        ("EC", "country_lead", True),
        ("PE", "country_lead", False),
        ("PE", "operation_lead", True),
    ):
        assert ("take_over_lead" in offered(database, lead, operation.person(country, role))) is may


def test_no_claim_is_offered_once_the_window_is_over(operation: TestOperation, database: Database) -> None:
    lead, examiner = operation.lead(), operation.person("EC")
    assert "claim_lead" in offered(database, lead, examiner)

    # Housekeeping has not written the state yet: the window counts all the same.
    operation.change("update operation set closes_at = now() - interval '1 second' where id = :id", id=operation.id)

    assert not offered(database, lead, examiner) & {"claim_lead", "assess_lead", "ask_access"}
    with pytest.raises(Closed), database.write(examiner) as tx:
        claim_lead(tx, lead)


def test_the_history_says_to_whom_whose_and_why(operation: TestOperation, database: Database) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    with database.write(first) as tx:
        token = claim_lead(tx, lead)
    with database.write(first) as tx:
        hand_over_lead(tx, lead, token=token, to=second)
    with database.write(operation.person("EC", "operation_lead")) as tx:
        take_over_lead(tx, lead, reason="shift ended")
    with database.write(first) as tx:
        claim_lead(tx, lead)
    operation.change("update lead set lease_until = now() - interval '1 second' where id = :id", id=lead)
    with operation.workers.write(operation.service_id) as tx:
        end_leases(tx)

    with database.read(first) as view:
        rows = lead_history(view.session, lead).rows
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        told = [event_sentence(row.kind, row.payload, whom=row.whom, reason=row.reason) for row in reversed(rows)]

    assert told == [
        "claimed the lead",
        "handed the lead over to PE · specialist 1",
        "ended the claim of PE · specialist 1: shift ended",
        "claimed the lead",
        "recorded that the lease of EC · specialist 1 ended; the draft is kept",
    ]


def test_a_sentence_without_the_name_still_says_why() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        assert event_sentence("lead:taken_over", {}, reason="shift ended") == "ended another's claim: shift ended"
        assert event_sentence("lead:claimed", {}, whom="somebody") == "claimed the lead"
        no_key = event_sentence("package:failed", {"reason": "no_key"})
        other = event_sentence("package:failed", {"reason": "refused"}, reason="The store is full.")

    assert no_key == "could not build a package: the receiving agency has set no key for packages"
    assert other == "could not build a package: The store is full."


def test_agreement_counts_every_lead_with_two_opinions(operation: TestOperation, database: Database) -> None:
    opinions = {"agreed": (1, 1), "third wanted": (1, 5), "parked": (1, 5), "third given": (1, 5, 5), "one": (1,)}
    countries = ("EC", "PE", "CL")
    leads = {name: operation.lead() for name in opinions}
    for name, given in opinions.items():
        for country, opinion in zip(countries, given, strict=False):
            opine(operation, database, leads[name], operation.person(country), opinion)
    with database.write(operation.person("CL")) as tx:
        park_lead(tx, leads["parked"], reason="later")

    with database.read(operation.person("PE")) as view:
        found = overview(view.session, operation.id).agreement

    assert found == Agreement(agreed=1, third=3, rejected=1)
