"""Who states what, of whom, of which day: the competent authority, a person once, a day that the material allows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.operation import TestOperation
from tests.support.recount import recounted
from tests.support.referral_steps import ReferralSteps
from workspace.commands.outcomes import mark_depicted, merge_ledger, revoke_outcome
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.model import LedgerEntry, Outcome
from workspace.model.database import Database
from workspace.queries.referrals import ledger, referral
from workspace.rules.competence import COMPETENT, STAGES_OF_KIND, WHO_MAY, stages_of
from workspace.rules.jurisdiction import COMPETENCES


@pytest.fixture
def sent(steps: ReferralSteps) -> UUID:
    """A referral of a pair of faces that PE has received."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    return received(steps, steps.verified())


def received(steps: ReferralSteps, lead: UUID, to: str = "PE") -> UUID:
    referral_id = steps.sent(lead, to)
    steps.acknowledge(referral_id, to)
    return referral_id


def is_kind(operation: TestOperation, kind: str, competences: tuple[str, ...] = COMPETENCES) -> None:
    """Make PE's agency one of this kind, competent for this."""
    agency = operation.agencies["PE"]
    operation.change("update agency set kind = :kind where id = :id", kind=kind, id=agency)
    operation.change(
        "update operation_agency set competences = :those where agency_id = :id", those=list(competences), id=agency
    )


AUTHORITIES = [
    ("police", COMPETENCES),
    ("police", ("offender",)),
    ("child_protection", ("protection",)),
    ("prosecution", ("offender", "evidence")),
    ("court", ("offender", "evidence")),
    ("international", COMPETENCES),
]


@pytest.mark.parametrize(("kind", "competences"), AUTHORITIES)
def test_only_what_an_authority_is_competent_for_can_it_state_and_is_it_offered(
    steps: ReferralSteps,
    operation: TestOperation,
    database: Database,
    sent: UUID,
    kind: str,
    competences: tuple[str, ...],
) -> None:
    is_kind(operation, kind, competences)
    may, before = stages_of(kind, competences), operation.kinds()
    refused = [
        (entry, stage)
        for entry, stages in STAGES_OF_KIND.items()
        for stage in stages
        if stage not in may.get(entry, ())
    ]

    for entry, stage in refused:
        with pytest.raises(Forbidden) as refusal:
            steps.state(sent, "PE", stage, kind=entry)
        assert refusal.value.message == WHO_MAY[COMPETENT[entry, stage]]
    assert operation.kinds() == before
    with database.read(operation.person("PE", "liaison")) as view:
        offered = referral(view.session, sent).statable
    assert {each.kind: tuple(each.stages) for each in offered} == may
    for entry, stages in may.items():
        steps.state(sent, "PE", stages[0], kind=entry)


def test_a_day_before_the_materials_first_fact_needs_a_reason(
    steps: ReferralSteps, operation: TestOperation, database: Database, sent: UUID
) -> None:
    early = steps.today() - timedelta(days=400)
    with pytest.raises(Invalid, match="cannot be recorded") as refusal:
        steps.state(sent, "PE", "V5", stated_on=early)
    assert refusal.value.facts["faults"][0].where == "early_reason"

    outcome, _ = steps.state(sent, "PE", "V5", stated_on=early, early_reason="safe since another case")
    assert operation.row(Outcome, outcome).early_reason == "safe since another case"

    operation.change(
        "update media_item set captured_at = :at where operation_id = :id",
        at=f"{early.isoformat()}T10:00:00",
        id=operation.id,
    )
    steps.state(sent, "PE", "V4", stated_on=early)
    with pytest.raises(Invalid):
        steps.state(sent, "PE", "V3", stated_on=early - timedelta(days=1), early_reason="\u200b .".strip(" ."))
    operation.person("CL", "recipient")
    with database.read(operation.person("CL", "recipient")) as view:
        asked = text("select earliest_fact(lead_id) from referral where id = :id")
        assert view.session.execute(asked, {"id": sent}).scalar_one_or_none() is None


def test_a_second_depicted_victim_of_a_lead_stays_a_second_victim(
    steps: ReferralSteps, operation: TestOperation, database: Database, sent: UUID
) -> None:
    _, first = steps.state(sent, "PE", "V4")

    with pytest.raises(Conflict, match="further person"):
        steps.state(sent, "PE", "V4")
    _, second = steps.state(sent, "PE", "V4", is_another=True)
    assert second != first
    assert steps.state(sent, "PE", "V5", ledger_id=second)[1] == second
    assert steps.state(sent, "PE", "V5")[1] == first
    with pytest.raises(Conflict, match="further person"):
        steps.state(sent, "PE", "V5", ledger_id=second)

    with operation.workers.read(operation.service_id) as view:
        counted = recounted(view.session, operation.id)
    assert (counted["victims_confirmed"], counted["victims_safeguarded"]) == (2, 2)


@pytest.mark.parametrize("kind", ["same_file", "near_copy", "camera_serial"])
def test_on_a_lead_that_may_show_several_it_is_said_which_child_is_meant(
    steps: ReferralSteps, operation: TestOperation, sent: UUID, kind: str
) -> None:
    operation.change("update lead set kind = :kind where operation_id = :id", kind=kind, id=operation.id)
    _, first = steps.state(sent, "PE", "V4")
    before = operation.kinds()

    with pytest.raises(Invalid, match="several children"):
        steps.state(sent, "PE", "V5")

    assert operation.kinds() == before
    assert steps.state(sent, "PE", "V5", is_another=False)[1] == first
    assert steps.state(sent, "PE", "V5", is_another=True)[1] != first


def test_several_children_who_are_not_shown_are_one_statement_and_are_taken_back_together(
    steps: ReferralSteps, operation: TestOperation, database: Database, sent: UUID
) -> None:
    outcome, _ = steps.state(sent, "PE", "V5", is_depicted=False, count=3)
    assert operation.kinds()[-4:] == ["ledger:opened"] * 3 + ["outcome:stated"]
    with operation.workers.read(operation.service_id) as view:
        assert recounted(view.session, operation.id)["children_safeguarded"] == 3
    person = operation.person("PE", "liaison")
    with database.read(person) as view:
        entries, outcomes = ledger(view.session, operation.id), referral(view.session, sent).outcomes
    assert [entry.stages for entry in entries] == [["V5"]] * 3
    assert len({each.statement_id for each in outcomes}) == 1

    with database.write(person) as tx:
        mark_depicted(tx, entries[0].id)
    with operation.workers.read(operation.service_id) as view:
        counted = recounted(view.session, operation.id)
    assert (counted["children_safeguarded"], counted["victims_safeguarded"]) == (2, 1)
    with pytest.raises(Conflict), database.write(person) as tx:
        mark_depicted(tx, entries[0].id)
    assert operation.kinds()[-1] == "ledger:depicted"

    with database.write(person) as tx:
        revoke_outcome(tx, outcomes[-1].id, reason="another family")
    with operation.workers.read(operation.service_id) as view:
        counted = recounted(view.session, operation.id)
    assert (counted["children_safeguarded"], counted["victims_safeguarded"]) == (0, 0)
    with pytest.raises(Conflict), database.write(person) as tx:
        revoke_outcome(tx, outcome, reason="again")


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 2},
        {"count": 0, "is_depicted": False},
        {"count": 101, "is_depicted": False},
        {"is_another": True, "is_depicted": False},
        {"kind": "offender", "stage": "O1", "count": 2, "is_depicted": False},
    ],
)
def test_a_count_is_of_children_who_are_not_shown(
    steps: ReferralSteps, operation: TestOperation, sent: UUID, wrong: dict[str, object]
) -> None:
    before = operation.kinds()

    with pytest.raises(Invalid):
        steps.state(sent, "PE", str(wrong.pop("stage", "V5")), **wrong)  # type: ignore[arg-type]

    assert operation.kinds() == before


def test_who_is_depicted_in_either_of_two_entries_is_depicted_in_the_one_that_counts(
    steps: ReferralSteps, operation: TestOperation, database: Database, sent: UUID
) -> None:
    _, shown = steps.state(sent, "PE", "V5")
    _, sibling = steps.state(sent, "PE", "V5", is_depicted=False)

    with database.write(operation.person("PE", "liaison")) as tx:
        merge_ledger(tx, shown, into=sibling)

    assert operation.row(LedgerEntry, sibling).is_depicted
