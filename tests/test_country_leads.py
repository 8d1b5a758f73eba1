"""A country without a lead gets one again, by two who are independent; requests to it are answered meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.operation import Side, TestOperation
from workspace.commands.access import answer_access, ask_access
from workspace.commands.country_leads import confirm_country_lead, propose_country_lead
from workspace.commands.people import Invited
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Membership
from workspace.model.database import Database
from workspace.queries.country_leads import countries_without_lead


def propose(database: Database, operation: TestOperation, by: int, **who: Any) -> None:
    with database.write(by) as tx:
        propose_country_lead(tx, operation.id, agency_id=operation.agencies["PE"], **who)


def confirm(database: Database, operation: TestOperation, by: int) -> Invited | None:
    with database.write(by) as tx:
        return confirm_country_lead(tx, operation.id, "PE")


def role(operation: TestOperation, person: int) -> str:
    return str(operation.row(Membership, (operation.id, person)).role)


def test_its_own_agency_proposes_and_somebody_who_has_met_the_person_confirms(
    operation: TestOperation, database: Database
) -> None:
    candidate, colleague = operation.person("PE", "specialist"), operation.person("PE", "liaison")
    voucher, stranger = operation.person("EC", "country_lead"), operation.person("CL", "country_lead")
    operation.vouch(candidate, voucher)
    with pytest.raises(Forbidden, match="Nobody proposes themselves"):
        propose(database, operation, candidate, user_id=candidate)

    propose(database, operation, colleague, user_id=candidate)

    with database.read(operation.person("CL")) as view:
        found = {each.country: each.proposed for each in countries_without_lead(view.session, operation.id)}
    assert found == {"PE": "PE · specialist 1"}
    with pytest.raises(Conflict, match="You have proposed"):
        propose(database, operation, colleague, name="PE · another")
    with pytest.raises(Forbidden, match="has met the person"):
        confirm(database, operation, stranger)
    assert role(operation, candidate) == "specialist"
    assert confirm(database, operation, voucher) is None
    assert role(operation, candidate) == "country_lead"
    assert operation.kinds() == ["country:lead_proposed", "country:lead_restored"]
    with pytest.raises(Conflict, match="has a country lead"):
        propose(database, operation, colleague, name="PE · another")


def test_two_people_of_two_roles_from_elsewhere_bring_in_a_newcomer_and_nobody_is_disabled(
    operation: TestOperation, database: Database
) -> None:
    gone = operation.person("PE", "country_lead")
    operation.change("update membership set ends_at = now() where user_id = :id", id=gone)
    boss, other = operation.person("EC", "operation_lead"), operation.person("CL", "operation_lead")
    lead = operation.person("CL", "country_lead")
    with pytest.raises(Invalid):
        propose(database, operation, boss)
    with pytest.raises(Forbidden, match="agency itself"):
        propose(database, operation, operation.person("CL", "specialist"), name="PE · new lead")
    propose(database, operation, boss, name=" PE · new lead ")

    with pytest.raises(Forbidden, match="two roles"):
        confirm(database, operation, other)
    with pytest.raises(Forbidden):
        confirm(database, operation, boss)
    invited = confirm(database, operation, lead)

    assert invited is not None
    member = operation.row(Membership, (operation.id, invited.user_id))
    assert (member.role, member.standing, member.invited_by) == ("country_lead", "newcomer", lead)
    with pytest.raises(NotFound):
        confirm(database, operation, lead)


def test_a_puppet_of_the_proposer_confirms_nothing_and_a_proposal_lapses(
    operation: TestOperation, database: Database
) -> None:
    boss, puppet = operation.person("EC", "operation_lead"), operation.person("CL", "country_lead")
    operation.person("PE", "specialist")
    operation.change("update membership set standing = 'met' where user_id = :id", id=puppet)
    operation.vouch(puppet, boss)
    propose(database, operation, boss, name="PE · puppet")

    with pytest.raises(Forbidden, match="Two people must be two people"):
        confirm(database, operation, puppet)
    operation.change(
        "update country_lead_proposal set proposed_at = now() - interval '3 days' where operation_id = :op",
        op=operation.id,
    )
    operation.meet(puppet)
    with pytest.raises(NotFound, match="lapsed"):
        confirm(database, operation, puppet)


@pytest.mark.parametrize("ends", ["ends_at = now()", "suspended_until = now() + interval '1 hour'"])
def test_a_liaison_officer_answers_requests_while_there_is_no_lead(
    operation: TestOperation, database: Database, ends: str
) -> None:
    lead = operation.lead("EC", Side("PE", "agency"))
    asker, theirs, liaison = (
        operation.person("EC"),
        operation.person("PE", "country_lead"),
        operation.person("PE", "liaison"),
    )
    with database.write(asker) as tx:
        (asked,) = ask_access(tx, lead, reason="the same boat")
    with pytest.raises(Forbidden, match="country lead of your agency"), database.write(liaison) as tx:
        answer_access(tx, asked, granted=True)

    operation.change(f"update membership set {ends} where user_id = :id", id=theirs)
    with database.write(liaison) as tx:
        answer_access(tx, asked, granted=False)

    assert operation.kinds()[-1] == "access:refused"
