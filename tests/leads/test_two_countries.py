"""Who may give the next opinion, and what is refused in the seconds in which the last one can still be taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.support.operation import Side, TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead, settle_assessments, undo_assessment
from workspace.commands.claims import claim_lead, end_leases, hand_over_lead, release_lead, renew_claim, take_over_lead
from workspace.commands.guard import claim_is_held
from workspace.commands.stages import park_lead
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.model import Assessment, Lead
from workspace.model.database import Database, Tx
from workspace.queries.board import board_changes
from workspace.queries.lead_page import lead_page

FREES: dict[str, tuple[str, Callable[[Tx, UUID, int, int], object]]] = {
    "release": ("specialist", lambda tx, lead, token, _to: release_lead(tx, lead, token=token)),
    "hand_over": ("specialist", lambda tx, lead, token, to: hand_over_lead(tx, lead, token=token, to=to)),
    "park": ("specialist", lambda tx, lead, _token, _to: park_lead(tx, lead, reason="later")),
    "take_over": ("country_lead", lambda tx, lead, _token, _to: take_over_lead(tx, lead, reason="shift ended")),
}
"""What would free a lead: the role in EC that does it, and the command."""


def sign(operation: TestOperation, database: Database, lead: UUID, person: int, opinion: int) -> UUID:
    look(operation.workers, lead, person)
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
    with database.write(person) as tx:
        signed, _ = assess_lead(tx, lead, token=token, opinion=opinion, reason="ears agree", **WHOLE)
    return signed


def settle(operation: TestOperation) -> None:
    operation.change(
        "update assessment set signed_at = signed_at - interval '11 seconds' where operation_id = :id and settled_at "
        "is null",
        id=operation.id,
    )
    with operation.workers.write(operation.service_id) as tx:
        settle_assessments(tx)


def free(operation: TestOperation, lead: UUID) -> None:
    operation.change(
        "update lead set holder_id = null, holder_agency_id = null, lease_until = null where id = :id", id=lead
    )


def band(database: Database, operation: TestOperation, person: int, lead: UUID) -> str | None:
    with database.read(person) as view:
        return next(card for card in board_changes(view.session, operation.id).cards if card.id == lead).band


@pytest.mark.parametrize("what", FREES)
def test_a_signed_lead_is_not_freed_before_the_opinion_is_settled(
    operation: TestOperation, database: Database, what: str
) -> None:
    role, command = FREES[what]
    lead, signer = operation.lead(), operation.person("EC")
    sign(operation, database, lead, signer, 1)
    before = operation.row(Lead, lead)

    with pytest.raises(Conflict, match="taken back"), database.write(operation.person("EC", role)) as tx:
        command(tx, lead, before.claim_token, operation.person("PE"))

    after = operation.row(Lead, lead)
    assert (after.holder_id, after.stage, after.claim_token) == (signer, "open", before.claim_token)
    assert operation.kinds() == ["lead:claimed", "assessment:signed"]
    assert band(database, operation, operation.person("PE"), lead) is None


@pytest.mark.parametrize("what", FREES)
def test_a_lead_whose_opinion_was_taken_back_is_freed_as_any_other(
    operation: TestOperation, database: Database, what: str
) -> None:
    role, command = FREES[what]
    lead, signer = operation.lead(), operation.person("EC")
    signed = sign(operation, database, lead, signer, 1)

    with database.write(signer) as tx:
        undo_assessment(tx, signed)
    with database.write(operation.person("EC", role)) as tx:
        command(tx, lead, operation.row(Lead, lead).claim_token, operation.person("PE"))

    assert operation.row(Lead, lead).holder_id != signer


def test_whoever_signed_keeps_the_lead_over_the_end_of_the_lease(operation: TestOperation, database: Database) -> None:
    lead, signer = operation.lead(), operation.person("EC")
    sign(operation, database, lead, signer, 1)
    operation.change("update lead set lease_until = now() - interval '1 second' where id = :id", id=lead)

    with operation.workers.write(operation.service_id) as tx:
        end_leases(tx)
    with pytest.raises(Conflict, match="taken back"), database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)

    assert operation.row(Lead, lead).holder_id == signer
    assert band(database, operation, operation.person("PE"), lead) is None
    settle(operation)
    assert (operation.row(Lead, lead).stage, operation.row(Lead, lead).holder_id) == ("assessed", None)


def test_two_of_one_country_cannot_pass_each_other_while_an_opinion_is_unsettled(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    sign(operation, database, lead, operation.person("EC"), 1)
    free(operation, lead)

    for other in (operation.person("EC", "specialist", 2), operation.person("PE")):
        with pytest.raises(Conflict, match="taken back"), database.write(other) as tx:
            claim_lead(tx, lead)

    assert operation.kinds() == ["lead:claimed", "assessment:signed"]


@pytest.mark.parametrize("stage", ["parked", "referred", "verified", "closed"])
def test_an_opinion_that_settles_late_moves_no_lead_that_has_moved_on(
    operation: TestOperation, database: Database, stage: str
) -> None:
    lead = operation.lead()
    sign(operation, database, lead, operation.person("EC"), 1)
    settle(operation)
    signed = sign(operation, database, lead, operation.person("PE"), 1)
    operation.change("update lead set stage = :stage where id = :id", id=lead, stage=stage)

    settle(operation)

    row = operation.row(Lead, lead)
    assert (row.stage, row.opinions, row.holder_id) == (stage, 2, None)
    assert operation.row(Assessment, signed).settled_at is not None
    assert "lead:verified" not in operation.kinds()
    before = operation.kinds()
    settle(operation)
    assert operation.kinds() == before


def test_whoever_may_not_give_the_second_opinion_does_not_block_the_lead(
    operation: TestOperation, database: Database
) -> None:
    lead, first, same = operation.lead(), operation.person("EC"), operation.person("EC", "specialist", 2)
    sign(operation, database, lead, first, 1)
    settle(operation)
    before = operation.kinds()

    with pytest.raises(Forbidden, match="your country"), database.write(same) as tx:
        claim_lead(tx, lead)
    with pytest.raises(Conflict, match="already given"), database.write(first) as tx:
        claim_lead(tx, lead)

    assert operation.row(Lead, lead).holder_id is None
    assert operation.kinds() == before
    operation.change("update operation set second_from_other_country = false where id = :id", id=operation.id)
    with database.write(same) as tx:
        claim_lead(tx, lead)
    assert operation.row(Lead, lead).holder_id == same


def test_the_third_opinion_may_come_from_the_first_country(operation: TestOperation, database: Database) -> None:
    lead, third = operation.lead(), operation.person("EC", "specialist", 2)
    for person, opinion in ((operation.person("EC"), 1), (operation.person("PE"), 5)):
        sign(operation, database, lead, person, opinion)
        settle(operation)

    with database.write(third) as tx:
        claim_lead(tx, lead)

    assert operation.row(Lead, lead).holder_id == third


def receivers(operation: TestOperation) -> dict[str, int]:
    """People who may not take a lead that is closed between EC and PE and has a first opinion of EC's specialist 1."""
    gone, disabled = operation.person("PE", "specialist", 3), operation.person("PE", "specialist", 4)
    operation.change("update membership set ends_at = now() - interval '1 second' where user_id = :id", id=gone)
    operation.change("update app_user set disabled_at = now() where id = :id", id=disabled)
    return {
        "observer": operation.person("PE", "observer"),
        "outsider": operation.outsider("PE"),
        "gone": gone,
        "disabled": disabled,
        "no key": operation.person("CL"),
        "one side": operation.person("CL"),
        "own opinion": operation.person("EC"),
        "same country": operation.person("EC", "specialist", 2),
    }


@pytest.mark.parametrize(
    "who", ["observer", "outsider", "gone", "disabled", "no key", "one side", "own opinion", "same country"]
)
def test_a_lead_is_handed_only_to_whoever_may_judge_it(operation: TestOperation, database: Database, who: str) -> None:
    closed = (Side("EC", "agency"), Side("PE", "agency"))
    lead, holder, to = operation.lead(*closed), operation.person("PE"), operation.person("PE", "specialist", 2)
    for owner, other in (("EC", "PE"), ("PE", "EC"), *([("PE", "CL")] if who == "one side" else [])):
        operation.grant(owner, to=other)
    # An opinion from when its author held both keys.
    operation.change(
        "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion, "
        "reason, settled_at) "
        "select operation_id, id, locks, :who, :agency, 'EC', 0, 1, 'ears', now() from lead where id = :lead",
        who=operation.person("EC"),
        agency=operation.agencies["EC"],
        lead=lead,
    )
    operation.change("update lead set stage = 'assessed', opinions = 1 where id = :id", id=lead)
    nobody = receivers(operation)
    with database.write(holder) as tx:
        token = claim_lead(tx, lead)

    with database.read(holder) as view:
        offered = {person.id for person in lead_page(view.session, lead, view.me).examiners}
    with pytest.raises(Invalid), database.write(holder) as tx:
        hand_over_lead(tx, lead, token=token, to=nobody[who])

    assert offered == {to}
    assert operation.row(Lead, lead).holder_id == holder
    with database.write(holder) as tx:
        hand_over_lead(tx, lead, token=token, to=to)
    assert operation.row(Lead, lead).holder_id == to
    assert operation.row(Lead, lead).holder_agency_id == operation.agencies["PE"]


def test_whoever_sees_one_side_only_holds_no_lead_and_keeps_none(operation: TestOperation, database: Database) -> None:
    lead, person = operation.lead(Side("EC", "agency"), Side("PE")), operation.person("PE")
    with pytest.raises(Forbidden, match="Ask for access"), database.write(person) as tx:
        claim_lead(tx, lead)

    operation.grant("EC", to="PE")
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
    with database.write(person) as tx:
        renew_claim(tx, lead, token=token)
    operation.change("update access_grant set ended_at = now() where operation_id = :id", id=operation.id)

    with pytest.raises(Forbidden, match="Ask for access"), database.write(person) as tx:
        renew_claim(tx, lead, token=token)
    assert operation.kinds() == ["lead:claimed", "lead:renewed"]


def test_the_loser_of_a_race_whose_winner_let_go_takes_the_lead(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()

    with database.write(operation.person("EC")) as tx:
        assert claim_is_held(tx, lead) is None  # what the loser asks: it is held from here on
        assert claim_lead(tx, lead)

    assert operation.kinds() == ["lead:claimed"]
