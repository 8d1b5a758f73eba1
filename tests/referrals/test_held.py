"""A referral that rests on what does not match the record is held back, and two people of two countries release it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from tests.support.operation import TestOperation
from tests.support.pdf_text import pdf_pages
from tests.support.referral_steps import ReferralSteps, find_broken
from workspace.commands.held_referrals import ask_release, confirm_release
from workspace.commands.vouching import withdraw_vouch
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.exchange.referral_package import open_package
from workspace.model import Referral, ReferralRelease
from workspace.model.database import Database
from workspace.queries.lead_page import lead_page

WHY = "the child lives with the suspect"


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE, with a stated ground of CL, which has a key."""
    steps.key("CL")
    lead = steps.verified()
    steps.ground(lead, "CL")
    return lead


@pytest.fixture
def built(steps: ReferralSteps, lead: UUID) -> UUID:
    """EC's draft to CL, approved by PE, with its package."""
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    steps.work()
    return draft


def ask(steps: ReferralSteps, referral: UUID, *, by: str = "EC", role: str = "liaison", reason: str = WHY) -> None:
    with steps.database.write(steps.operation.person(by, role)) as tx:
        ask_release(tx, referral, reason=reason)


def confirm(steps: ReferralSteps, referral: UUID, *, by: str = "PE", role: str = "liaison") -> None:
    with steps.database.write(steps.operation.person(by, role)) as tx:
        confirm_release(tx, referral)


@pytest.mark.parametrize("everything", [False, True])
def test_what_rests_on_a_broken_row_is_held_back_and_says_what_to_do(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, built: UUID, everything: bool
) -> None:
    find_broken(operation, lead, everything=everything)

    with pytest.raises(Conflict, match=r"does not match the record \(assessment\).*page Record"):
        steps.send(built)
    assert operation.row(Referral, built).state == "drafted"
    assert "referral:sent" not in operation.kinds()


def test_nothing_is_held_back_by_another_leads_row_or_by_an_intact_record(
    steps: ReferralSteps, operation: TestOperation, built: UUID
) -> None:
    with pytest.raises(Conflict, match="Nothing holds"):
        ask(steps, built)
    find_broken(operation, uuid4())
    with pytest.raises(Conflict, match="Nothing holds"):
        ask(steps, built)

    steps.send(built)

    assert operation.row(Referral, built).state == "sent"


def test_two_people_of_two_countries_release_it_and_the_package_says_why(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, built: UUID
) -> None:
    find_broken(operation, lead)
    ask(steps, built)
    with pytest.raises(Conflict, match="does not match"):
        steps.send(built)
    confirm(steps, built)
    with pytest.raises(Conflict, match="package"):  # the one that is built says nothing of the release
        steps.send(built)
    steps.work()
    steps.send(built)

    row = operation.row(Referral, built)
    assert row.state == "sent"
    assert [kind for kind in operation.kinds() if "release" in kind or kind in ("package:built", "referral:sent")] == [
        "package:built",
        "referral:release_asked",
        "referral:release_confirmed",
        "package:built",
        "referral:sent",
    ]
    with operation.workers.read(operation.service_id) as view:
        release = view.session.scalars(select(ReferralRelease).where(ReferralRelease.referral_id == built)).one()
        key = steps.tools.key(view.session, operation.id)
        assert (release.reason, release.asked_by, release.confirmed_by) == (
            WHY,
            operation.person("EC", "liaison"),
            operation.person("PE", "liaison"),
        )
    assert row.package_address
    opened = open_package(steps.tools.store.read_bytes(row.package_address, key=key), steps.identities["CL"])
    said = opened.manifest["release"]
    assert isinstance(said, dict)
    assert said["reason"] == WHY
    assert [said["asked_by"][:2], said["confirmed_by"][:2]] == ["EC", "PE"]
    paper = " ".join(" ".join(pdf_pages(opened.files["report.pdf"])).split())
    assert "Released while the record did not match" in paper
    assert WHY in paper


def test_one_person_or_two_of_one_country_release_nothing(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, built: UUID
) -> None:
    find_broken(operation, lead)
    with pytest.raises(NotFound, match="Nobody has asked"):
        confirm(steps, built)
    with pytest.raises(Forbidden, match="The country that drafted"):
        ask(steps, built, by="PE")
    with pytest.raises(Invalid):
        ask(steps, built, reason=" ")
    with pytest.raises(Forbidden):
        ask(steps, built, role="specialist")
    ask(steps, built)
    for role in ("liaison", "country_lead"):
        with pytest.raises(Forbidden, match="Another country"):
            confirm(steps, built, by="EC", role=role)
    with pytest.raises(Conflict, match="asked already"):
        ask(steps, built, role="country_lead")

    with pytest.raises(Conflict, match="does not match"):
        steps.send(built)
    assert "referral:release_confirmed" not in operation.kinds()


def test_a_draft_that_is_released_before_it_is_approved_is_built_once_with_the_reason(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    draft = steps.draft(lead, "CL")
    find_broken(operation, lead)
    ask(steps, draft)
    confirm(steps, draft)
    with pytest.raises(Conflict, match="already"):
        confirm(steps, draft)
    steps.approve(draft)
    steps.work()
    steps.send(draft)

    assert operation.row(Referral, draft).state == "sent"
    assert operation.kinds().count("package:built") == 1


def test_while_its_package_is_built_nobody_confirms_so_that_no_package_leaves_without_the_reason(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    find_broken(operation, lead)
    ask(steps, draft)

    with pytest.raises(Conflict, match="being built"):
        confirm(steps, draft)
    steps.work()
    confirm(steps, draft)


def test_a_release_that_does_not_match_the_record_itself_counts_for_nothing_and_is_asked_anew(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, built: UUID
) -> None:
    operation.change(
        "insert into referral_release (operation_id, referral_id, reason, asked_by, confirmed_by, confirmed_at) "
        "values (:op, :referral, 'x', :first, :second, now())",
        op=operation.id,
        referral=built,
        first=operation.person("EC", "liaison"),
        second=operation.person("PE", "liaison"),
    )
    with operation.workers.read(operation.service_id) as view:
        forged = view.session.scalars(select(ReferralRelease.id).where(ReferralRelease.referral_id == built)).one()
        leads = view.session.execute(
            text("select leads_of_broken('referral_release', :id)"), {"id": str(forged)}
        ).scalar_one()
    assert leads == [lead]
    find_broken(operation, lead, table="referral_release", key=str(forged))

    with pytest.raises(Conflict, match="does not match"):
        steps.send(built)
    ask(steps, built)
    confirm(steps, built)
    steps.work()
    steps.send(built)


def test_the_leads_page_offers_each_step_to_whoever_could_do_it(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, built: UUID
) -> None:
    def offered(country: str) -> tuple[bool, bool, bool, bool]:
        person = operation.person(country, "liaison")
        with database.read(person) as view:
            each = next(r for r in lead_page(view.session, lead, view.me).referrals if r.id == built)
        return each.is_held, each.may_send, each.may_ask_release, each.may_confirm_release

    assert offered("EC") == (False, True, False, False)
    find_broken(operation, lead)
    assert (offered("EC"), offered("PE")) == ((True, False, True, False), (True, False, False, False))
    ask(steps, built)
    assert (offered("EC"), offered("PE")) == ((True, False, False, False), (True, False, False, True))
    confirm(steps, built)
    steps.work()
    assert (offered("EC"), offered("PE")) == ((False, True, False, False), (False, True, False, False))


@pytest.fixture
def met_by_two(operation: TestOperation) -> int:
    """EC's country lead, whom PE's country lead and CL's specialist have met."""
    person = operation.person("EC", "country_lead")
    operation.change("update membership set standing = 'met' where user_id = :id", id=person)
    for voucher in (operation.person("PE", "country_lead"), operation.person("CL")):
        operation.vouch(person, voucher)
    return person


def take_back_vouch(operation: TestOperation, database: Database, *, of: int, by: int) -> None:
    with database.write(by) as tx:
        withdraw_vouch(tx, operation.id, of, voucher_id=by)


def test_a_release_counts_only_while_its_two_are_two_and_is_asked_for_anew(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, built: UUID, met_by_two: int
) -> None:
    find_broken(operation, lead)
    ask(steps, built, role="country_lead")
    confirm(steps, built, role="country_lead")
    steps.work()
    take_back_vouch(operation, database, of=met_by_two, by=operation.person("CL"))

    with pytest.raises(Conflict, match="two people for sure no longer"):
        steps.send(built)
    with database.read(operation.person("EC", "liaison")) as view:
        shown = next(each for each in lead_page(view.session, lead, view.me).referrals if each.id == built)
    assert (shown.is_held, shown.release, shown.may_ask_release) == (True, None, True)

    ask(steps, built, reason="still with the suspect")
    confirm(steps, built)
    with pytest.raises(Conflict, match="package"):
        steps.send(built)
    steps.work()
    steps.send(built)
    row = operation.row(Referral, built)
    with operation.workers.read(operation.service_id) as view:
        key = steps.tools.key(view.session, operation.id)
    opened = open_package(steps.tools.store.read_bytes(row.package_address or "", key=key), steps.identities["CL"])
    said = opened.manifest["release"]
    assert isinstance(said, dict)
    assert said["reason"] == "still with the suspect"


def test_what_left_with_a_release_stands_when_a_vouch_is_withdrawn_afterwards(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, built: UUID, met_by_two: int
) -> None:
    find_broken(operation, lead)
    ask(steps, built, role="country_lead")
    confirm(steps, built, role="country_lead")
    steps.work()
    steps.send(built)
    take_back_vouch(operation, database, of=met_by_two, by=operation.person("CL"))

    with database.read(operation.person("EC", "liaison")) as view:
        shown = next(each for each in lead_page(view.session, lead, view.me).referrals if each.id == built)
    assert shown.release is not None
    assert (shown.release.reason, shown.release.confirmed_by is not None) == (WHY, True)


@pytest.mark.parametrize(
    "gone",
    [
        "update membership set ends_at = now() where user_id = :id",
        "update membership set suspended_until = now() + interval '1 hour' where user_id = :id",
        "update membership set standing = 'newcomer' where user_id = :id",
        "update app_user set disabled_at = now() where id = :id",
    ],
)
def test_who_is_here_no_longer_has_asked_nothing_so_that_a_colleague_asks(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, built: UUID, gone: str
) -> None:
    find_broken(operation, lead)
    ask(steps, built, role="country_lead")
    operation.change(gone, id=operation.person("EC", "country_lead"))

    with pytest.raises(NotFound, match="Nobody has asked"):
        confirm(steps, built)
    ask(steps, built)
    confirm(steps, built)
    steps.work()
    steps.send(built)
    assert operation.row(Referral, built).state == "sent"
