"""Who leaves holds nothing: claims are free within a second of housekeeping, with the cause, in custody of the
country."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead, free_leads, take_into_custody
from workspace.commands.people import disable_user
from workspace.commands.removals import remove_member, suspend_member
from workspace.commands.vouching import withdraw_vouch
from workspace.model import Event, Lead
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.lead_page import lead_page

Leave = Callable[[TestOperation, Database, int], None]


def removed(operation: TestOperation, database: Database, person: int) -> None:
    with database.write(operation.person("EC", "country_lead")) as tx:
        remove_member(tx, operation.id, user_id=person)


def stolen(operation: TestOperation, database: Database, person: int) -> None:
    with database.write(operation.person("EC", "country_lead")) as tx:
        remove_member(tx, operation.id, user_id=person, compromised=True)


def suspended(operation: TestOperation, database: Database, person: int) -> None:
    with database.write(operation.person("EC", "operation_lead")) as tx:
        suspend_member(tx, operation.id, user_id=person, hours=2, reason="asleep")


def disabled(operation: TestOperation, database: Database, person: int) -> None:
    admin = operation.person("EC", "administrator")
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)
    with database.write(admin) as tx:
        disable_user(tx, person)


def newcomer(operation: TestOperation, database: Database, person: int) -> None:
    voucher = operation.person("PE", "liaison")
    operation.change("update membership set standing = 'met' where user_id = :id", id=person)
    operation.vouch(person, voucher)
    with database.write(voucher) as tx:
        withdraw_vouch(tx, operation.id, user_id=person, voucher_id=voucher)


WAYS: dict[str, Leave] = {"removed": removed, "suspended": suspended, "disabled": disabled, "newcomer": newcomer}


def held(operation: TestOperation, database: Database, person: int) -> tuple[UUID, int]:
    lead = operation.lead("EC", "PE")
    with database.write(person) as tx:
        return lead, claim_lead(tx, lead)


def keep_house(operation: TestOperation) -> int:
    with operation.workers.write(operation.service_id) as tx:
        freed = free_leads(tx)
    with operation.workers.write(operation.service_id) as tx:
        settle_assessments(tx)
        take_into_custody(tx)
    return freed


@pytest.mark.parametrize("cause", WAYS)
def test_what_who_leaves_held_is_free_with_the_cause_on_the_board_the_lead_and_in_the_history(
    operation: TestOperation, database: Database, cause: str
) -> None:
    holder, colleague = operation.person("EC"), operation.person("PE")
    lead, _ = held(operation, database, holder)
    other, _ = held(operation, database, colleague)

    keep_house(operation)
    assert operation.row(Lead, lead).holder_id == holder
    WAYS[cause](operation, database, holder)
    keep_house(operation)

    row, kept = operation.row(Lead, lead), operation.row(Lead, other)
    assert (row.holder_id, row.lease_until, row.custody, row.holder_left, row.stage) == (
        None,
        None,
        "EC",
        cause,
        "open",
    )
    assert (kept.holder_id, kept.custody) == (colleague, None)
    assert operation.kinds()[-1] == "lead:freed"
    event = operation.row(Event, (operation.id, len(operation.kinds())))
    assert (event.lead_id, event.payload) == (lead, {"holder": holder, "cause": cause, "country": "EC"})
    with database.read(operation.person("CL")) as view:
        (card,) = (each for each in board_changes(view.session, operation.id).cards if each.id == lead)
        page = lead_page(view.session, lead, view.me)
    assert (card.custody, card.holder_left, card.is_claimable, card.claimable_by) == ("EC", cause, True, None)
    assert (page.custody, page.holder_left, page.permissions["claim_lead"]) == ("EC", cause, True)


def test_while_the_window_is_open_whoever_claims_it_next_ends_the_custody(
    operation: TestOperation, database: Database
) -> None:
    lead, _ = held(operation, database, operation.person("EC"))
    removed(operation, database, operation.person("EC"))
    keep_house(operation)

    with database.write(operation.person("CL")) as tx:
        claim_lead(tx, lead)
    row = operation.row(Lead, lead)
    assert (row.holder_id, row.custody, row.holder_left) == (operation.person("CL"), None, None)
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    keep_house(operation)
    assert operation.row(Lead, lead).custody == "CL"


def test_after_the_window_it_stays_with_its_country_and_the_sides(operation: TestOperation, database: Database) -> None:
    lead, _ = held(operation, database, operation.person("EC"))
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    keep_house(operation)
    with database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)
    operation.person("PE", "country_lead")
    with database.write(operation.person("PE", "country_lead")) as tx:
        remove_member(tx, operation.id, user_id=operation.person("PE"))
    keep_house(operation)

    row = operation.row(Lead, lead)
    assert (row.holder_id, row.custody, row.holder_left) == (None, "EC", "removed")
    with database.read(operation.person("CL")) as view:
        (card,) = board_changes(view.session, operation.id).cards
    assert (card.is_claimable, card.claimable_by) == (True, ["EC", "PE"])
    with database.write(operation.person("PE", which=2)) as tx:
        claim_lead(tx, lead)
    row = operation.row(Lead, lead)
    assert (row.custody, row.holder_left) == ("EC", None)


@pytest.mark.parametrize("compromised", [False, True])
def test_a_signed_opinion_settles_before_the_lead_is_free_unless_others_used_the_account(
    operation: TestOperation, database: Database, compromised: bool
) -> None:
    holder = operation.person("EC")
    lead, token = held(operation, database, holder)
    look(operation.workers, lead, holder)
    with database.write(holder) as tx:
        assess_lead(tx, lead, token=token, opinion=1, reason="the ears agree", **WHOLE)

    (stolen if compromised else removed)(operation, database, holder)
    keep_house(operation)
    assert (operation.row(Lead, lead).holder_id is None) is compromised
    operation.change(
        "update assessment set signed_at = signed_at - interval '11 seconds' where lead_id = :lead", lead=lead
    )
    keep_house(operation)

    row = operation.row(Lead, lead)
    told = (row.holder_id, row.stage, row.opinions, row.custody, row.holder_left)
    assert told == ((None, "open", 0, "EC", "removed") if compromised else (None, "assessed", 1, None, None))
    assert ("assessment:settled" in operation.kinds()) is not compromised
