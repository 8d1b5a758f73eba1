"""What partners plan for a verified lead: the same for everybody who asks, true but for a share, and within each
office's competence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partners import casework
from partners.truth import LeadTruth
from workspace.rules.competence import COMPETENT, OFFICES, Office

COUNTRIES = ("EC", "PE")
TRUTHS = st.builds(
    LeadTruth,
    pair=st.tuples(st.text(max_size=8), st.text(max_size=8)),
    is_same=st.sampled_from([True, False, None]),
    lives_in=st.sampled_from(["EC", "PE", "CO", None]),
)
SEEDS = st.integers(0, 2**31 - 1)
MANY = [LeadTruth((f"EC-D-014/{k}.jpg·P-01", f"PE-D-003/{k}.jpg·P-01"), True, "EC") for k in range(2000)]


COMPETENT_IN = {
    office: {stage for (_, stage), may in COMPETENT.items() if office in may and stage[1:].isdigit()}
    for office in OFFICES
}


def share_of(found: list[bool]) -> float:
    return sum(found) / len(found)


@given(SEEDS, TRUTHS)
def test_nobody_drafts_to_the_own_police_and_every_step_has_its_ground(seed: int, truth: LeadTruth) -> None:
    plan = casework.routing(seed, truth, COUNTRIES)

    assert plan.drafts in COUNTRIES
    assert plan.steps[0].competence == "protection"
    assert len({(step.competence, step.office) for step in plan.steps}) == len(plan.steps)
    assert all(step.country != plan.drafts for step in plan.steps if step.office == "police")
    assert all(step.ground == casework.GROUND_OF[step.competence] for step in plan.steps)
    assert plan == casework.routing(seed, truth, COUNTRIES)


@given(SEEDS, TRUTHS)
def test_a_lead_of_one_country_is_drafted_there_and_asks_its_own_police_for_nothing(
    seed: int, truth: LeadTruth
) -> None:
    plan = casework.routing(seed, truth, ("EC",))

    assert (plan.drafts, plan.competing, [step.office for step in plan.steps]) == ("EC", None, ["protection"])


@given(SEEDS, TRUTHS, st.sets(st.sampled_from([f"{c} {kind}" for c in ("CO", "EC", "PE") for kind in casework.BESIDE])))
def test_what_is_drafted_beside_a_plan_goes_to_offices_that_have_nothing(
    seed: int, truth: LeadTruth, empty: set[str]
) -> None:
    plan = casework.routing(seed, truth, COUNTRIES)
    planned = {(step.country, step.office) for step in plan.steps}

    found = casework.beside(plan, [*sorted(empty), "EC police"], COUNTRIES)

    of_kind = {office: kind for kind, (office, *_) in casework.BESIDE.items()}
    assert {f"{step.country} {of_kind[step.office]}" for step in found} <= empty
    assert not {(step.country, step.office) for step in found} & planned
    assert [step.country == "CO" for step in found] == sorted(step.country == "CO" for step in found)
    assert len(found) <= casework.MOST_BESIDE


@given(SEEDS, TRUTHS, st.sampled_from(sorted(COMPETENT_IN)))
def test_an_office_states_only_what_is_its_own(seed: int, truth: LeadTruth, office: Office) -> None:
    own = COMPETENT_IN[office]

    stated = casework.outcomes(seed, truth, office)

    assert set(stated) <= own or (stated == ("trail_eliminated",) and truth.is_same is False)
    assert casework.wrong_stage(office) in own
    assert 1 <= casework.days_ago(seed, truth, "V4") <= casework.STATED_DAYS


def test_most_referrals_go_where_the_child_lives_and_some_elsewhere() -> None:
    first = [casework.routing(7, truth, COUNTRIES).steps[0] for truth in MANY]

    assert abs(share_of([step.country != "EC" for step in first]) - casework.WRONG_COUNTRY) < 0.03
    assert casework.is_theirs(MANY[0], "protection", "EC")
    assert not casework.is_theirs(MANY[0], "protection", "PE")
    assert casework.is_theirs(MANY[0], "police", "PE")


def test_a_few_statements_are_of_another_case_under_another_reference() -> None:
    wrong = [casework.states_something_wrong(7, truth, "protection") for truth in MANY]

    assert abs(share_of(wrong) - casework.WRONG_STATEMENT) < 0.02
    own = casework.reference(7, MANY[0], "protection", "EC")
    other = casework.reference(7, MANY[0], "protection", "EC", of_another_case=True)
    assert own != other
    assert own.startswith("PROT-EC-")


def test_the_prelude_leaves_a_share_of_every_step_and_all_that_came_back() -> None:
    for step, left in casework.LEFT_IN_PRELUDE.items():
        assert abs(share_of([casework.is_left(7, truth, step) for truth in MANY]) - left) < 0.04
    assert all(casework.is_left(7, truth, "send on") for truth in MANY)
