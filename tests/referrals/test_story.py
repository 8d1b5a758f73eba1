"""What is stated of a child stands on all leads that show it, for as long as it holds."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.support.operation import Side, TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.discussion import mark_urgent
from workspace.commands.outcomes import revoke_outcome
from workspace.commands.persons import merge_persons, take_back_act
from workspace.commands.referrals import re_route_referral, return_referral
from workspace.model import Lead, LeadEvidence, Person
from workspace.model.database import Database
from workspace.queries.board import Card, board_changes
from workspace.queries.lead_page import LeadPage, lead_page


class Child:
    """A verified lead of EC and PE, stated about by EC, and open P1 leads of its first person."""

    def __init__(self, steps: ReferralSteps, operation: TestOperation, database: Database) -> None:
        self.steps, self.operation, self.database = steps, operation, database
        for country in ("EC", "PE", "CL"):
            steps.key(country)
        self.lead = steps.verified()
        self.others = [operation.lead("EC", country, priority=1) for country in ("PE", "CL")]
        operation.change(
            """update lead_evidence o set person_id = m.person_id from lead_evidence m
               where m.lead_id = :lead and m.side = 1 and o.lead_id = any (:others) and o.side = 1""",
            lead=self.lead,
            others=self.others,
        )
        operation.let_faces_follow()
        self.referral = steps.sent(self.lead, "EC")
        steps.acknowledge(self.referral, "EC")

    def board(self, country: str = "EC", after: int = 0, keys: str = "") -> tuple[dict[UUID, Card], int, str]:
        """The cards that changed after an event, its number and the digest of the viewer's keys."""
        with self.database.read(self.operation.person(country)) as view:
            board = board_changes(view.session, self.operation.id, after=after, keys=keys)
        assert board.snapshot is (after == 0)
        return {card.id: card for card in board.cards}, board.seq, board.keys

    def page(self, lead: UUID, country: str = "EC") -> LeadPage:
        """A lead's page."""
        with self.database.read(self.operation.person(country)) as view:
            return lead_page(view.session, lead, view.me)


@pytest.fixture
def child(steps: ReferralSteps, operation: TestOperation, database: Database) -> Child:
    return Child(steps, operation, database)


def test_what_is_stated_stands_on_all_leads_of_the_person_until_it_is_taken_back(child: Child) -> None:
    number = child.operation.row(Lead, child.lead).number
    apart = child.operation.lead("EC", "PE", priority=1)
    cards, seq, keys = child.board()
    assert {cards[lead].priority for lead in child.others} == {1}
    assert {cards[lead].about[0] for lead in child.others} == {cards[child.lead].about[0]}

    outcome, _ = child.steps.state(child.referral, "EC", "V5")

    changed, seq, keys = child.board(after=seq, keys=keys)
    assert set(changed) == {child.lead, *child.others}  # each of them is told, and no other
    for lead in child.others:
        standing = changed[lead].standing
        assert standing
        assert (standing.stage, standing.lead, standing.is_own) == ("V5", number, False)
        assert (changed[lead].priority, changed[lead].stage) == (2, "open")  # its stage is its own
    assert child.board()[0][apart].priority == 1

    page = child.page(child.others[0])
    (fact,) = page.story.standing
    assert (page.priority, page.suggested_urgency, fact.stage, fact.number, fact.country) == (
        2,
        "priority",
        "V5",
        number,
        "EC",
    )
    assert [(each.number, each.outcome) for each in page.story.leads if each.id == child.lead] == [(number, "V5")]
    assert page.story.of == 2

    with child.database.write(child.operation.person("EC", "liaison")) as tx:
        revoke_outcome(tx, outcome, reason="a mistake")

    changed, _, _ = child.board(after=seq, keys=keys)
    assert {(changed[lead].priority, changed[lead].standing) for lead in child.others} == {(1, None)}
    assert child.page(child.others[0]).story.standing == []


def test_who_marks_a_lead_as_urgent_later_is_heard(child: Child) -> None:
    child.steps.state(child.referral, "EC", "V4")
    with child.database.write(child.operation.person("EC")) as tx:
        mark_urgent(tx, child.others[0], reason="seen with him again yesterday")

    cards, _, _ = child.board()
    assert [cards[lead].priority for lead in child.others] == [1, 2]
    assert all(cards[lead].standing for lead in child.others)


def test_what_was_stated_of_somebody_on_a_closed_side_is_told_to_whoever_opens_that_side(child: Child) -> None:
    operation = child.operation
    lead = operation.lead("CL", Side("EC", "agency"), priority=1)
    operation.change(
        """update lead_evidence o set person_id = m.person_id from lead_evidence m
           where m.lead_id = :lead and m.side = 1 and o.lead_id = :other and o.side = 2""",
        lead=child.lead,
        other=lead,
    )
    child.steps.state(child.referral, "EC", "V5")

    told = {country: child.board(country)[0][lead] for country in ("EC", "CL")}
    assert (told["CL"].standing, told["CL"].priority) == (None, 1)
    assert child.page(lead, "CL").story.standing == []
    assert told["EC"].standing is not None
    assert told["EC"].priority == 2


def test_whoever_does_not_see_the_side_that_ties_a_lead_to_a_statement_sees_no_change(child: Child) -> None:
    operation = child.operation
    lead = operation.lead("CL", Side("EC", "agency"), priority=1)
    shows_the_child = """update lead_evidence o set person_id = m.person_id from lead_evidence m
                         where m.lead_id = :lead and m.side = 1 and o.lead_id = :other and o.side = 2"""
    operation.change(shows_the_child, lead=child.lead, other=lead)
    seen = {country: child.board(country) for country in ("EC", "CL", "PE")}

    outcome, _ = child.steps.state(child.referral, "EC", "V5")
    with child.database.write(operation.person("EC", "liaison")) as tx:
        revoke_outcome(tx, outcome, reason="a mistake")

    told = {country: child.board(country, *known)[0] for country, (_cards, *known) in seen.items()}
    assert lead in told["EC"]
    assert lead not in {*told["CL"], *told["PE"]}
    before, after = seen["CL"][0][lead], child.board("CL")[0][lead]
    assert before == after


@pytest.mark.parametrize("more", [{"is_depicted": False}, {"is_another": True}])
def test_what_is_stated_of_another_child_stands_nowhere_else(child: Child, more: dict[str, object]) -> None:
    child.steps.state(child.referral, "EC", "V3")  # decides nothing
    child.steps.state(child.referral, "EC", "V5", **more)
    cards, _, _ = child.board()
    assert {(cards[lead].priority, cards[lead].standing) for lead in child.others} == {(1, None)}


def test_leads_of_one_entry_share_it_and_a_rejected_pair_does_not(child: Child) -> None:
    operation = child.operation
    leads = [operation.lead("CL", "PE", priority=1, kind="register_match") for _ in range(2)]
    same_entry(operation, "PE", child.lead, *leads)
    operation.change("update lead set stage = 'rejected' where id = :lead", lead=leads[1])
    child.steps.state(child.referral, "EC", "V5")

    cards, _, _ = child.board()
    assert cards[leads[0]].standing
    assert cards[leads[0]].priority == 2
    assert cards[leads[0]].about[1] == cards[child.lead].about[1]
    assert [each.by_entry for each in child.page(leads[0]).story.leads if each.id == child.lead] == [True]
    assert child.page(leads[1]).story.standing == []
    with child.database.read(operation.person("EC")) as view:
        first = board_changes(view.session, operation.id, first=1)
    assert {card.column: card.priority for card in first.cards}["open"] == 2  # all of them are at rest


def test_what_came_back_stands_first_among_what_was_referred_until_it_is_routed_on(child: Child) -> None:
    operation, steps = child.operation, child.steps
    back = steps.verified()
    returned = steps.sent(back, "PE")
    operation.change("update lead set priority = 3 where id = :lead", lead=back)

    def first_referred() -> UUID:
        with child.database.read(operation.person("EC")) as view:
            board = board_changes(view.session, operation.id, first=1)
        return next(card.id for card in board.cards if card.column == "referred")

    assert first_referred() == child.lead
    with child.database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, returned, reason="not ours")
    assert first_referred() == back

    steps.ground(back, "CL")
    with child.database.write(operation.person("EC", "liaison")) as tx:
        onward = re_route_referral(tx, returned, to_agency_id=operation.agencies["CL"], reason="theirs")
    steps.approve(onward)
    steps.work()
    steps.send(onward)
    assert first_referred() == child.lead


def test_who_does_not_see_the_lead_learns_what_was_stated_and_neither_where_nor_by_whom(child: Child) -> None:
    child.steps.state(child.referral, "EC", "V5")
    closed = {"op": child.operation.id, "lead": child.lead, "lock": child.operation.compartment("EC", "agency")}
    child.operation.change("update lead set locks = array[:lock] where id = :lead and operation_id = :op", **closed)
    child.operation.change(
        "update outcome set locks = array[:lock] where lead_id = :lead and operation_id = :op", **closed
    )

    for country, number in (("EC", 1), ("CL", None)):
        cards, _, _ = child.board(country)
        standing = cards[child.others[1]].standing
        assert standing
        assert (standing.stage, standing.lead) == ("V5", number)
        (fact,) = child.page(child.others[1], country).story.standing
        assert (fact.number, fact.country) == (number, number and "EC")
        assert (child.lead in {each.id for each in child.page(child.others[1], country).story.leads}) is (number == 1)


def test_two_persons_of_one_child_share_what_stands(child: Child) -> None:
    own = child.operation.lead("EC", "PE", priority=1)
    child.steps.state(child.referral, "EC", "V5")
    cards, seq, keys = child.board()
    assert cards[own].standing is None

    numbers = [person_of(child, lead) for lead in (child.lead, own)]
    with child.database.write(child.operation.person("EC")) as tx:
        act = merge_persons(tx, child.operation.id, number=numbers[0], other=numbers[1])
    changed, seq, keys = child.board(after=seq, keys=keys)
    assert changed[own].standing
    assert changed[own].priority == 2

    with child.database.write(child.operation.person("EC")) as tx:
        take_back_act(tx, act)
    changed, _, _ = child.board(after=seq, keys=keys)
    assert (changed[own].standing, changed[own].priority) == (None, 1)


def person_of(child: Child, lead: UUID) -> int:
    """The number of the person on a lead's first side."""
    with child.operation.workers.read(child.operation.service_id) as view:
        sides = select(Person.number).join(LeadEvidence, LeadEvidence.person_id == Person.id)
        return view.session.scalars(sides.where(LeadEvidence.lead_id == lead, LeadEvidence.side == 1)).one()


def same_entry(operation: TestOperation, country: str, *leads: UUID) -> None:
    """Put one new entry of a country's register on the second side of these leads."""
    register, entry = uuid4(), uuid4()
    here = {"op": operation.id, "lock": operation.compartment(country), "register": register}
    operation.change(
        "insert into register (id, operation_id, compartment_id, country, name, legal_source, attested_by) "
        "values (:register, :op, :lock, :country, 'Missing', 'law', :who)",
        **here,
        country=country,
        who=operation.person(country, "country_lead"),
    )
    operation.change(
        "insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key) "
        "values (:entry, :op, :lock, :register, 'RE-1', 're-1')",
        **here,
        entry=entry,
    )
    operation.change(
        "update lead_evidence set register_entry_id = :entry, person_id = null where lead_id = any (:leads) and side = "
        "2",
        entry=entry,
        leads=list(leads),
    )
