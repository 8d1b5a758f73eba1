"""From a verified lead to what came of it: liaisons, receiving officers and the operation lead, played through the
web."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from partners import casework
from partners.roles import operation_lead
from partners.truth import LeadTruth, Truth
from tests.partners.conftest import MOST_LOOKS, ShortWeek
from workspace.commands.exercise import inject
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.model import Lead, Operation
from workspace.model.database import Database
from workspace.rules.competence import OFFICES

COUNTRIES = ("EC", "PE", "CL")


@pytest.fixture
def seats(week: ShortWeek) -> list[int]:
    """A liaison in each country; every agency has a key for packages and may receive everything, as police."""
    for country in COUNTRIES:
        week.steps.key(country)
    return [week.operation.person(country, "liaison") for country in COUNTRIES]


def verified(week: ShortWeek, **of: bool) -> UUID:
    lead = week.lead(**of)
    for country in ("EC", "PE"):
        week.steps.opinion(lead, country, 1)
    return lead


def use_seed(week: ShortWeek, lead: UUID, wanted: Callable[[int, LeadTruth], bool]) -> int:
    """Have the exercise played by the first seed with which the plan of a lead is as wanted."""
    truth = Truth(week.operation.workers, week.operation.service_id).of(lead)
    seed = next(seed for seed in range(200_000) if wanted(seed, truth))
    week.operation.change("update exercise set seed = :seed where operation_id = :id", seed=seed, id=week.operation.id)
    return seed


def plain(seed: int, truth: LeadTruth) -> bool:
    """To the right country, to it alone, and a child confirmed and made safe there, all rightly."""
    plan = casework.routing(seed, truth, ("EC", "PE"))
    is_plain = (
        [step.country for step in plan.steps] == [truth.lives_in] and plan.competing is None and plan.drafts == "PE"
    )
    stated = casework.outcomes(seed, truth, "protection")
    return is_plain and stated == ("V4", "V5") and not casework.states_something_wrong(seed, truth, "protection")


def rows(week: ShortWeek, sql: str) -> list[tuple[object, ...]]:
    with week.operation.workers.read(week.operation.service_id) as view:
        return [tuple(row) for row in view.session.execute(text(sql), {"id": week.operation.id})]


def officer_of(week: ShortWeek, country: str, kind: str) -> int:
    """A receiving officer of a further agency of a country, for the offender and the evidence; it has the key of the
    other one."""
    name = f"{country} {kind} {week.operation.mark}"
    week.operation.change(
        """insert into agency (country, name, kind, package_public_key)
           select country, :name, :kind, package_public_key from agency where id = :agency""",
        name=name,
        kind=kind,
        agency=week.operation.agencies[country],
    )
    week.operation.change(
        """insert into operation_agency (operation_id, agency_id, jurisdictions, competences)
           select :id, id, array[:country], '{offender,evidence}' from agency where name = :name""",
        id=week.operation.id,
        country=country,
        name=name,
    )
    ((agency,), *_) = rows(week, "select max(agency_id) from operation_agency where operation_id = :id")
    week.operation.agencies[name] = int(str(agency))
    return week.operation.person(name, "recipient")


def referrals(week: ShortWeek) -> list[tuple[object, ...]]:
    return rows(
        week,
        """select r.competence, a.country, r.state from referral r join agency a on a.id = r.to_agency_id
           where r.operation_id = :id order by r.number""",
    )


def statements(week: ShortWeek) -> list[tuple[object, ...]]:
    return rows(week, "select stage, revoked_at is not null from outcome where operation_id = :id order by recorded_at")


def play(week: ShortWeek, until: Callable[[], bool], *, most_looks: int = MOST_LOOKS) -> None:
    """Play, with the test as the worker who builds packages and draws up editions."""

    def work_and_ask() -> bool:
        week.steps.work()
        return until()

    week.play(work_and_ask, most_looks=most_looks)


def test_a_verified_lead_reaches_the_country_where_the_child_lives_and_is_answered(
    week: ShortWeek, seats: list[int]
) -> None:
    week.begin(*seats)
    lead = verified(week)
    use_seed(week, lead, plain)

    play(week, lambda: len(statements(week)) == 2)

    assert referrals(week) == [("protection", "EC", "accepted")]
    assert statements(week) == [("V4", False), ("V5", False)]
    assert week.operation.row(Lead, lead).stage == "outcome"
    acts = rows(week, "select kind, played_by from event where operation_id = :id")
    by = {str(kind): played_by for kind, played_by in acts}
    assert {
        by[kind] for kind in ("referral:drafted", "referral:approved", "referral:acknowledged", "outcome:stated")
    } == {"partner"}
    (drafter, approver), *_ = rows(week, "select drafted_by, approved_by from referral where operation_id = :id")
    assert drafter != approver


def test_what_went_to_the_wrong_country_comes_back_and_is_sent_on(week: ShortWeek, seats: list[int]) -> None:
    week.begin(*seats)
    lead = verified(week)

    def wrong_at_first(seed: int, truth: LeadTruth) -> bool:
        plan = casework.routing(seed, truth, ("EC", "PE"))
        return [step.country for step in plan.steps] == ["PE"] and plan.competing is None

    use_seed(week, lead, wrong_at_first)

    play(week, lambda: ("protection", "EC", "accepted") in referrals(week))

    assert referrals(week)[0] == ("protection", "PE", "re_routed")


def test_an_offender_goes_to_the_police_and_the_evidence_to_prosecution_and_court(
    week: ShortWeek, seats: list[int]
) -> None:
    officers = [officer_of(week, "PE", kind) for kind in ("prosecution", "court")]
    week.begin(*seats, *officers)
    lead = verified(week)

    def whole(seed: int, truth: LeadTruth) -> bool:
        plan = casework.routing(seed, truth, ("EC", "PE"))
        steps = [(step.office, step.country) for step in plan.steps]
        said = {office: casework.outcomes(seed, truth, office) for office in OFFICES}
        is_right = not any(casework.states_something_wrong(seed, truth, office) for office in said)
        wanted = {"protection": ("V4",), "police": ("O2", "O3"), "prosecution": ("O4",), "court": ("O5",)}
        to = [("protection", "EC"), ("police", "PE"), ("prosecution", "PE"), ("court", "PE")]
        return is_right and said == wanted and steps == to

    use_seed(week, lead, whole)

    play(week, lambda: len(statements(week)) == 5, most_looks=2 * MOST_LOOKS)

    by_office = rows(
        week,
        """select r.competence, string_agg(o.stage, ' ' order by o.stage) from outcome o join referral r on r.id =
            o.referral_id
           where o.operation_id = :id group by 1 order by 1""",
    )
    assert by_office == [("evidence", "O4 O5"), ("offender", "O2 O3"), ("protection", "V4")]
    assert rows(week, "select count(*) from ledger_entry where operation_id = :id and kind = 'offender'") == [(1,)]


def test_a_wrong_statement_is_taken_back_and_the_right_one_made(
    week: ShortWeek, seats: list[int], database: Database
) -> None:
    week.begin(*seats)
    lead = verified(week)
    use_seed(week, lead, plain)
    with database.write(week.operation.person("EC", "director")) as tx:
        inject(tx, week.operation.id, kind="wrong_statement")

    play(week, lambda: len(statements(week)) == 3)

    assert statements(week) == [("V5", True), ("V4", False), ("V5", False)]
    assert rows(week, "select landed_at is not null from exercise_injection where operation_id = :id") == [(True,)]


def test_a_returned_referral_is_played_when_the_director_wants_it(
    week: ShortWeek, seats: list[int], database: Database
) -> None:
    week.begin(*seats)
    lead = verified(week)
    use_seed(week, lead, plain)
    with database.write(week.operation.person("EC", "director")) as tx:
        inject(tx, week.operation.id, kind="returned_referral")

    play(week, lambda: "referral:returned" in week.operation.kinds())

    assert rows(week, "select landed_at is not null from exercise_injection where operation_id = :id") == [(True,)]


def test_what_was_verified_wrongly_ends_as_a_trail_that_led_nowhere(week: ShortWeek, seats: list[int]) -> None:
    week.begin(*seats)
    lead = verified(week, shows_one_person=False)
    use_seed(week, lead, lambda seed, truth: len(casework.routing(seed, truth, ("EC", "PE")).steps) == 1)

    play(week, lambda: ("trail_eliminated", False) in statements(week))


def test_a_lead_that_a_person_has_open_is_not_drafted(week: ShortWeek, seats: list[int], database: Database) -> None:
    week.begin(*seats)
    opened, free = verified(week), verified(week)
    week.stay_at(opened, week.operation.person("EC", "country_lead"), database)

    play(week, lambda: bool(referrals(week)))

    assert {row[0] for row in rows(week, "select lead_id from referral where operation_id = :id")} == {free}


def test_the_draft_of_a_person_gets_its_second_signature_and_is_theirs_to_send(
    week: ShortWeek, seats: list[int]
) -> None:
    week.begin(*seats[1:])
    lead = verified(week)
    use_seed(week, lead, lambda seed, truth: casework.routing(seed, truth, ("EC", "PE")).drafts == "EC")
    week.steps.ground(lead, "PE")
    draft = week.steps.draft(lead, "PE")

    play(week, lambda: rows(week, "select approved_by is not null from referral where operation_id = :id") == [(True,)])

    assert referrals(week) == [("protection", "PE", "drafted")]
    week.steps.send(draft)


def test_a_prelude_leaves_what_it_should_leave_and_does_the_rest(week: ShortWeek, seats: list[int]) -> None:
    week.begin(*seats)
    left, done = verified(week), verified(week)

    def leaves_one_draft(seed: int, truth: LeadTruth) -> bool:
        steps = ("approve", "acknowledge", "answer", "state")
        is_as_wanted = casework.is_left(seed, truth, "approve") and not any(
            casework.is_left(seed, other, step) for step in steps
        )
        return is_as_wanted and plain(seed, truth) and plain(seed, other)

    other = Truth(week.operation.workers, week.operation.service_id).of(done)
    use_seed(week, left, leaves_one_draft)
    players = week.players()
    players.week.keep_open = 0.5

    def enough() -> bool:
        week.steps.work()
        return len(statements(week)) == 2 and len(referrals(week)) == 2

    week.play(enough, players=players)

    assert sorted(str(state) for *_, state in referrals(week)) == ["accepted", "drafted"]
    assert rows(week, "select lead_id from referral where operation_id = :id and state = 'drafted'") == [(left,)]


def test_partners_leave_something_to_whoever_comes_and_nothing_of_what_a_person_waits_for(
    week: ShortWeek, seats: list[int]
) -> None:
    week.begin(*seats)
    older, newer, persons = (week.steps.sent(verified(week), "PE") for _ in range(3))
    for referral in (older, newer):
        week.operation.change("update referral set played_by = 'partner' where id = :referral", referral=referral)
    players = week.players()
    players.week.leaves = 1

    def received() -> set[object]:
        found = rows(week, "select id from referral where operation_id = :id and acknowledged_at is not null")
        return {each for (each,) in found}

    week.play(lambda: len(received()) == 2, players=players)

    assert received() == {newer, persons}


def test_the_operation_lead_decides_between_grounds_and_draws_up_editions(
    week: ShortWeek, seats: list[int], database: Database
) -> None:
    lead_seat = week.operation.person("CL", "operation_lead")
    week.begin(lead_seat)
    leads = [verified(week) for _ in range(operation_lead.FIRST_EDITION)]
    for country, ground in (("EC", "child_residence"), ("PE", "nationality")):
        with database.write(week.operation.person("EC", "liaison")) as tx:
            state_jurisdiction(tx, leads[0], country=country, ground=ground, competence="protection", basis="a badge")

    play(week, lambda: {"edition:drawn_up", "comment:added"} <= set(week.operation.kinds()))

    assert rows(week, "select lead_id, author_id from comment where operation_id = :id") == [(leads[0], lead_seat)]
    assert rows(week, "select kind from edition where operation_id = :id") == [("interim",)]


def test_of_a_small_exercise_two_editions_are_drawn_up_too(
    week: ShortWeek, seats: list[int], database: Database
) -> None:
    week.begin(week.operation.person("CL", "operation_lead"))
    verified(week)

    def drawn() -> int:
        week.steps.work()
        return len(rows(week, "select number from edition where operation_id = :id and as_of is not null"))

    players = week.players()
    week.play(lambda: drawn() == 1, players=players, closing=False)
    verified(week)
    week.play(lambda: drawn() == 2, players=players)


def test_the_operation_lead_raises_what_two_examiners_disagree_about(week: ShortWeek) -> None:
    week.begin(week.operation.person("CL", "operation_lead"))
    lead = week.lead()
    week.operation.change("update lead set priority = 3 where id = :lead", lead=lead)
    for country, level in (("EC", 1), ("PE", 5)):
        week.steps.opinion(lead, country, level)

    play(week, lambda: week.operation.row(Lead, lead).priority == operation_lead.RAISED)


def test_the_operation_lead_closes_the_week_with_a_closing_edition(week: ShortWeek, seats: list[int]) -> None:
    week.begin(week.operation.person("CL", "operation_lead"))
    players = week.players()
    players.week.is_ending = True

    def closed() -> bool:
        week.steps.work()
        return week.operation.row(Operation, week.operation.id).state == "closed"

    week.play(closed, players=players)

    assert rows(week, "select kind, as_of is not null from edition where operation_id = :id") == [("closing", True)]
