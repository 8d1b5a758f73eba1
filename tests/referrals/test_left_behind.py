"""What somebody would leave behind is said before, and what waited for them waits for their country."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.claims import claim_lead
from workspace.commands.people import disable_user
from workspace.commands.referrals import send_referral, withdraw_referral
from workspace.commands.removals import remove_member, suspend_member
from workspace.errors import Conflict, NotFound
from workspace.model import Referral, User
from workspace.model.database import Database
from workspace.queries.leaving import left_behind_by
from workspace.queries.waiting import ACTIONS, Waiting, what_waits_for_me


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE, with keys and a ground for PE."""
    for country in ("EC", "PE"):
        steps.key(country)
    lead = steps.verified()
    steps.ground(lead, "PE")
    return lead


def waits(database: Database, operation: TestOperation, person: int) -> list[Waiting]:
    with database.read(person) as view:
        return what_waits_for_me(view.session, operation.id, ACTIONS)


def told(waiting: list[Waiting]) -> list[tuple[str, str | None, str | None]]:
    return [(each.what, each.whose, each.because) for each in waiting]


def test_the_preview_names_leads_drafts_and_sole_rights(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    boss, theirs, mine = (
        operation.person("CL", "operation_lead"),
        operation.person("EC", "liaison"),
        operation.person("EC", "specialist"),
    )
    operation.person("EC", "specialist", 2)
    steps.draft(lead, "PE")
    with database.write(mine) as tx:
        claim_lead(tx, operation.lead())

    with database.read(boss) as view:
        liaison, examiner = (left_behind_by(view.session, operation.id, each) for each in (theirs, mine))
    assert (liaison.leads, liaison.drafts, liaison.is_last_of_role, liaison.is_only_of_agency) == (0, 1, True, False)
    assert (examiner.leads, examiner.drafts, examiner.is_last_of_role, examiner.stays) == (1, 0, False, False)
    with database.read(operation.person("PE", "country_lead")) as view:
        other = left_behind_by(view.session, operation.id, theirs)
        own = left_behind_by(view.session, operation.id, operation.person("PE", "country_lead"))
    assert (other.leads, other.drafts, other.is_last_of_role) == (None, None, True)
    assert own.stays
    for nobody in (mine, operation.person("EC", "observer")):
        with database.read(nobody) as view, pytest.raises(NotFound):
            left_behind_by(view.session, operation.id, theirs)


def test_who_has_no_passkey_cannot_sign_in_to_a_real_operation(operation: TestOperation, database: Database) -> None:
    boss, first, second = (
        operation.person("EC", "operation_lead"),
        operation.person("PE"),
        operation.person("PE", which=2),
    )
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    operation.change(
        "insert into passkey (id, user_id, public_key, sign_count, label) values (sha256('k'), :who, '\\x00', 0, 'k')",
        who=first,
    )

    with database.read(boss) as view:
        one, other = (left_behind_by(view.session, operation.id, each) for each in (first, second))
    assert (one.is_only_of_agency, one.is_last_of_role) == (True, True)
    assert (other.is_only_of_agency, other.is_last_of_role) == (False, False)


@pytest.mark.parametrize("way", ["removed", "suspended", "disabled"])
def test_a_draft_of_whoever_left_waits_for_the_country_first_and_the_country_ends_it(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, way: str
) -> None:
    drafter, country_lead = operation.person("EC", "liaison"), operation.person("EC", "country_lead")
    colleague = operation.person("PE", "liaison")
    draft = steps.draft(lead, "PE")
    name = operation.row(User, drafter).name
    for person in (country_lead, colleague):
        assert told(waits(database, operation, person)) == [("approve", name, "second_person")]

    if way == "removed":
        with database.write(country_lead) as tx:
            remove_member(tx, operation.id, user_id=drafter)
    elif way == "suspended":
        with database.write(operation.person("EC", "operation_lead")) as tx:
            suspend_member(tx, operation.id, user_id=drafter, hours=1, reason="asleep")
    else:
        operation.change("update app_user set disabled_at = now() where id = :id", id=drafter)
    assert told(waits(database, operation, country_lead)) == [("approve", name, way)]
    assert told(waits(database, operation, colleague)) == [("approve", name, "second_person")]
    steps.approve(draft)
    steps.work()
    assert told(waits(database, operation, country_lead)) == [("send", name, way)]
    assert told(waits(database, operation, colleague)) == []

    with database.write(country_lead) as tx:
        send_referral(tx, draft)
    assert operation.row(Referral, draft).state == "sent"


def test_a_package_that_failed_waits_for_the_drafter_or_the_country(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    drafter, country_lead = operation.person("EC", "liaison"), operation.person("EC", "country_lead")
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    operation.change("update referral set package_state = 'failed' where id = :id", id=draft)
    name = operation.row(User, drafter).name

    assert told(waits(database, operation, drafter)) == [("failed", name, None)]
    operation.change("update membership set ends_at = now() where user_id = :id", id=drafter)
    assert told(waits(database, operation, country_lead)) == [("failed", name, "removed")]
    with database.write(country_lead) as tx:
        withdraw_referral(tx, draft, reason="the package fails")
    assert waits(database, operation, country_lead) == []


def test_an_account_that_alone_brings_people_into_an_operation_is_not_disabled(
    operation: TestOperation, database: Database
) -> None:
    host, boss, admin = (
        operation.person("EC", "administrator"),
        operation.person("EC", "operation_lead"),
        operation.outsider(),
    )
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)

    with database.write(admin) as tx:
        disable_user(tx, boss)
    with pytest.raises(Conflict, match="bring people in"), database.write(admin) as tx:
        disable_user(tx, host)

    assert [operation.row(User, each).disabled_at is None for each in (host, boss)] == [True, False]
