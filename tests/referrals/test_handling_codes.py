"""The strictest code of all copies binds: shown as far as the viewer may see, asked of every owner before anything
leaves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.support.operation import Side, TestOperation
from tests.support.referral_steps import ReferralSteps, lay_entry
from workspace.commands.permissions import answer_permission
from workspace.commands.referrals import approve_referral
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.exchange.referral_package import open_package
from workspace.model import Referral
from workspace.model.database import Database
from workspace.queries.board import lead_card
from workspace.queries.lead_page import lead_page
from workspace.queries.packages import package_material
from workspace.queries.permissions import OwnersPermission, permissions
from workspace.queries.referrals import referral
from workspace.queries.waiting import ACTIONS, what_waits_for_me
from workspace.rules.codes import HANDLING_CODES


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE; all three agencies have keys."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    return steps.verified()


def copy(operation: TestOperation, lead: UUID, side: int, country: str, code: str, sharing: str = "operation") -> UUID:
    """Have a country hold the content of a lead's side in an exhibit of its own; returns the exhibit."""
    exhibit = uuid4()
    operation.change(
        """with e as (
             insert into exhibit (id, operation_id, compartment_id, country, label, kind, case_reference, custodian,
             handling_code, was_prepared)
             values (:exhibit, :operation, :compartment, :country, :label, 'phone', 'case', 'office', :code, true)
             returning id),
           m as (
             insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type,
             kind, state)
             select :operation, :compartment, i.sha256, i.md5, i.sha1, 1, 'none', 'image/jpeg', 'photo', 'read'
             from lead_evidence v join media_item i on i.id = v.media_item_id where v.lead_id = :lead and v.side = :side
             on conflict (compartment_id, sha256) where register_entry_id is null do update set size_bytes = 1 returning
             id)
           insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes)
           select :operation, :compartment, e.id, m.id, 'a.jpg', 1 from e, m""",
        exhibit=exhibit,
        operation=operation.id,
        compartment=operation.compartment(country, sharing),
        country=country,
        label=f"{country}-C-{secrets.token_hex(4)}",
        code=code,
        lead=lead,
        side=side,
    )
    return exhibit


def shown(database: Database, lead: UUID, person: int) -> tuple[str, str]:
    """The code of a lead as its card and its page say it."""
    with database.read(person) as view:
        card = lead_card(view.session, lead).card
        page = lead_page(view.session, lead, view.me)
    assert max(side.handling or "H0" for side in page.sides) == (page.handling or "H0")
    return card.handling or "H0", page.handling or "H0"


@dataclass(frozen=True)
class Copy:
    side: int
    country: str
    sharing: str
    code: str


COPIES = st.lists(
    st.builds(
        Copy,
        side=st.sampled_from((1, 2)),
        country=st.sampled_from(("EC", "PE", "CL")),
        sharing=st.sampled_from(("operation", "agency")),
        code=st.sampled_from(HANDLING_CODES),
    ),
    max_size=5,
)


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(copies=COPIES, floor=st.sampled_from(HANDLING_CODES), closed=st.booleans())
def test_a_lead_carries_the_strictest_code_of_the_copies_that_the_viewer_may_see_and_of_the_operation(
    operation: TestOperation, database: Database, copies: list[Copy], floor: str, closed: bool
) -> None:
    operation.change("update operation set handling_code = :code where id = :id", code=floor, id=operation.id)
    lead = operation.lead("EC", Side("PE", "agency" if closed else "operation"))
    for each in copies:
        copy(operation, lead, each.side, each.country, each.code, each.sharing)

    for country in ("EC", "PE", "CL"):
        sides = {1, 2} if country == "PE" or not closed else {1}
        seen = [c.code for c in copies if c.side in sides and (c.sharing == "operation" or c.country == country)]
        rule = max([floor, *seen])
        assert shown(database, lead, operation.person(country)) == (rule, rule)


def test_a_package_says_the_strictest_code_of_every_copy_that_is_open_to_its_sender(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    copy(operation, lead, 1, "EC", "H2")
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    steps.work()

    row = operation.row(Referral, draft)
    with steps.tools.db.read(steps.tools.service_id) as view:
        key = steps.tools.key(view.session, operation.id)
        package = steps.tools.store.read_bytes(row.package_address, key=key)
    manifest: dict[str, Any] = open_package(package, steps.identities["CL"]).manifest
    assert manifest["handling_code"] == "H2"
    assert {source["exhibit_country"]: source["handling_code"] for source in manifest["sources"]} == {
        "EC": "H2",
        "PE": "H0",
    }
    assert "Handling codes apply to the material: H2." in str(manifest["caveats"])


def test_a_copy_that_the_sender_may_not_see_still_asks_its_owner_without_being_told(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    copy(operation, lead, 2, "CL", "H3", "agency")
    steps.ground(lead, "EC")
    draft = steps.draft(lead, "EC")

    with pytest.raises(Forbidden, match="Another owner's permission") as refusal:
        steps.approve(draft, by="PE")
    assert "CL" not in str(refusal.value.facts) + str(refusal.value)
    assert shown(database, lead, operation.person("PE")) == ("H0", "H0")

    steps.approve(draft, by="CL")
    steps.work()
    steps.send(draft)
    assert operation.row(Referral, draft).package_code == "H3"


def test_an_entry_of_another_countrys_register_leaves_only_with_its_countrys_hand(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    lay_entry(operation, lead, 2, "PE")
    steps.ground(lead, "EC")
    draft = steps.draft(lead, "EC")

    with pytest.raises(Forbidden) as refusal:
        steps.approve(draft, by="CL")
    assert refusal.value.facts["countries"] == ["PE"]

    steps.approve(draft, by="PE")
    steps.work()
    steps.send(draft)
    assert operation.row(Referral, draft).state == "sent"


@pytest.mark.parametrize(("column", "value"), [("handling_code", "H2"), ("handling_code", "H3"), ("tlp", "RED")])
def test_an_operation_that_forbids_passing_on_asks_every_owner(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, column: str, value: str
) -> None:
    operation.change(f"update operation set {column} = :value where id = :id", value=value, id=operation.id)
    steps.ground(lead, "EC")
    draft = steps.draft(lead, "EC")

    with pytest.raises(Forbidden) as refusal:
        steps.approve(draft, by="CL")

    assert refusal.value.facts["countries"] == ["PE"]


def test_a_stricter_code_holds_at_once_for_what_was_not_sent(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    steps.ground(lead, "CL")
    ready = steps.draft(lead, "CL")
    steps.approve(ready)
    steps.work()
    operation.change("update exhibit set handling_code = 'H1' where operation_id = :id", id=operation.id)

    with pytest.raises(Conflict, match="stricter handling code"):
        steps.send(ready)
    copy(operation, lead, 1, "CL", "H2")
    with pytest.raises(Forbidden) as refusal:
        steps.send(ready)

    assert refusal.value.facts["countries"] == ["CL"]
    assert operation.row(Referral, ready).state == "drafted"


def test_a_registers_code_goes_with_its_entries(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    register = lay_entry(operation, lead, 2, "PE", "H2")
    assert shown(database, lead, operation.person("EC")) == ("H2", "H2")
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")

    with steps.tools.db.read(steps.tools.service_id) as view:
        material = package_material(view.session, draft)
    assert material is not None
    assert material.facts.handling_code == "H2"
    operation.change("update register set handling_code = 'H0' where id = :id", id=register)
    assert shown(database, lead, operation.person("EC")) == ("H0", "H0")


def test_people_may_not_ask_for_all_owners(operation: TestOperation, database: Database) -> None:
    for asked in ("referral_owner", "referral_side_code"):
        with (
            database.read(operation.person("EC", "liaison")) as view,
            pytest.raises(Exception, match="permission denied"),
        ):
            view.session.execute(text(f"select * from {asked}(:id)"), {"id": uuid4()})


# --- Owners who are asked ---------------------------------------------------------------------------------------------


def asked_of(
    database: Database, operation: TestOperation, country: str, role: str = "liaison"
) -> list[OwnersPermission]:
    """The requests that somebody of a country sees."""
    with database.read(operation.person(country, role)) as view:
        return permissions(view.session, operation.id)


def waits_of(database: Database, operation: TestOperation, country: str) -> list[str]:
    with database.read(operation.person(country, "liaison")) as view:
        return [each.what for each in what_waits_for_me(view.session, operation.id, ACTIONS)]


def test_an_owner_is_asked_with_the_draft_and_the_draft_can_be_approved_once_it_has_permitted(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    lay_entry(operation, lead, 2, "PE")
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    (asked,) = asked_of(database, operation, "PE")
    assert (asked.is_ours, asked.is_open, asked.granted, len(asked.entries)) == (True, True, None, 1)
    assert (asked.from_country, asked.to_country, asked.referral_id) == ("EC", "CL", draft)
    assert "permit" in waits_of(database, operation, "PE")
    assert "permit" not in waits_of(database, operation, "CL")
    with database.read(operation.person("CL", "liaison")) as view:
        assert referral(view.session, draft).hands_missing == ["PE"]

    with pytest.raises(Invalid), database.write(operation.person("PE", "liaison")) as tx:
        answer_permission(tx, asked.id, granted=False, reason="  ")
    with pytest.raises(Forbidden), database.write(operation.person("EC", "liaison")) as tx:
        answer_permission(tx, asked.id, granted=True)
    with pytest.raises(Forbidden), database.write(operation.person("PE", "specialist")) as tx:
        answer_permission(tx, asked.id, granted=True)
    with database.write(operation.person("PE", "liaison")) as tx:
        answer_permission(tx, asked.id, granted=False, reason="the family is not told yet")
    with pytest.raises(Forbidden), database.write(operation.person("CL", "liaison")) as tx:
        approve_referral(tx, draft)
    with database.write(operation.person("PE", "country_lead")) as tx:
        answer_permission(tx, asked.id, granted=True)
    steps.approve(draft, by="CL")
    with pytest.raises(Conflict), database.write(operation.person("PE", "liaison")) as tx:
        answer_permission(tx, asked.id, granted=False, reason="too late")

    assert waits_of(database, operation, "PE") == []
    kinds = [kind for kind in operation.kinds() if kind.startswith("permission:")]
    assert kinds == ["permission:asked", "permission:refused", "permission:granted"]


def test_a_hidden_owner_is_asked_where_it_looks_and_nobody_else_sees_that(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    copy(operation, lead, 2, "CL", "H3", "agency")
    steps.ground(lead, "EC")
    draft = steps.draft(lead, "EC")

    (asked,) = asked_of(database, operation, "CL")
    assert asked.exhibits[0].endswith("· H3")
    assert asked_of(database, operation, "EC") == asked_of(database, operation, "PE") == []
    with database.read(operation.person("PE", "liaison")) as view:
        page = referral(view.session, draft)
        seen = view.session.scalars(text("select kind from event where operation_id = :op"), {"op": operation.id}).all()
    assert (page.hands_missing, page.permissions) == ([""], [])
    assert "permission:asked" not in seen
    with pytest.raises(NotFound), database.write(operation.person("PE", "liaison")) as tx:
        answer_permission(tx, asked.id, granted=True)

    with database.write(operation.person("CL", "liaison")) as tx:
        answer_permission(tx, asked.id, granted=True, reason="agreed")
    steps.approve(draft, by="PE")
    steps.work()
    steps.send(draft)

    assert operation.row(Referral, draft).package_code == "H3"
    assert asked_of(database, operation, "CL")[0].is_open is False


def test_who_becomes_an_owner_after_the_draft_is_asked_by_the_attempt_itself(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    assert asked_of(database, operation, "CL") == []
    copy(operation, lead, 1, "CL", "H2", "agency")

    with pytest.raises(Forbidden, match="Another owner"):
        steps.approve(draft, by="PE")

    assert [each.granted for each in asked_of(database, operation, "CL")] == [None]
    assert operation.row(Referral, draft).approved_by is None
