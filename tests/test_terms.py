"""The terms are agreed: what gets weaker needs every country that has accepted, what gets stronger holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.operation import TestOperation
from workspace.commands import operations
from workspace.commands.terms import (
    accept_terms,
    answer_proposal,
    lapse_proposals,
    open_to_country,
    withdraw_proposal,
)
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Operation, OperationAgency, Participation, TermsProposal
from workspace.model.database import Database
from workspace.queries.terms import AgreedTerms, agreed_terms
from workspace.rules.terms import RULES, WEAKER, Rule

COUNTRIES = ("CL", "EC", "PE")


def terms(database: Database, operation: TestOperation) -> AgreedTerms:
    with database.read(operation.person("PE")) as view:
        return agreed_terms(view.session, operation.id)


def change(database: Database, operation: TestOperation, **settings: Any) -> list[UUID]:
    with database.write(operation.person("EC", "operation_lead")) as tx:
        return operations.change_operation_settings(tx, operation.id, **settings)


def answer(database: Database, operation: TestOperation, country: str, proposal: UUID, *, is_yes: bool = True) -> None:
    with database.write(operation.person(country, "country_lead")) as tx:
        answer_proposal(tx, operation.id, proposal, is_yes=is_yes, reason=None if is_yes else "not for us")


def add(database: Database, operation: TestOperation, by: int, country: str, *jurisdictions: str) -> UUID | None:
    with database.write(by) as tx:
        _, proposal = operations.add_new_agency(
            tx,
            operation.id,
            country=country,
            name=f"Second {operation.mark} {len(operation.kinds())}",
            kind="police",
            jurisdictions=jurisdictions,
            competences=["evidence"],
            reason="they know the case",
        )
    return proposal


def value(operation: TestOperation, rule: Rule) -> bool:
    return bool(getattr(operation.row(Operation, operation.id), rule))


@pytest.mark.parametrize("rule", RULES)
def test_a_weaker_rule_needs_every_country_that_accepted_and_a_stronger_one_none(
    operation: TestOperation, database: Database, rule: Rule
) -> None:
    weak = WEAKER[rule]
    operation.change(f"update operation set {rule} = :strong where id = :id", strong=not weak, id=operation.id)
    with pytest.raises(Invalid, match="say why"):
        change(database, operation, **{rule: weak})

    (proposal,) = change(database, operation, **{rule: weak}, reason=" short of examiners ")

    assert value(operation, rule) is not weak
    (shown,) = terms(database, operation).proposals
    assert (shown.reason, shown.ended_as) == ("short of examiners", None)
    assert [(each.country, each.is_yes) for each in shown.answers] == [("CL", None), ("EC", True), ("PE", None)]
    with pytest.raises(Conflict, match="proposed already"):
        change(database, operation, **{rule: weak}, reason="again")
    answer(database, operation, "CL", proposal, is_yes=False)
    answer(database, operation, "PE", proposal)
    assert value(operation, rule) is not weak
    answer(database, operation, "CL", proposal)
    assert value(operation, rule) is weak
    assert terms(database, operation).version == 2

    assert change(database, operation, **{rule: not weak}) == []

    assert value(operation, rule) is not weak
    after = terms(database, operation)
    assert [(each.version, each.was_proposed) for each in after.versions] == [(3, False), (2, True)]
    assert {operation.row(Participation, (operation.id, each)).accepted_version for each in COUNTRIES} == {1}
    assert [kind for kind in operation.kinds() if kind.startswith(("terms", "operation"))] == [
        "terms:proposed",
        *["terms:answered"] * 4,
        "terms:proposal_ended",
        "terms:changed",
        "operation:setting_changed",
        "terms:changed",
        "operation:setting_changed",
    ]


def test_silence_is_no_yes_and_what_lapsed_or_was_taken_back_takes_no_answer(
    operation: TestOperation, database: Database
) -> None:
    (first,) = change(database, operation, second_from_other_country=False, reason="short")
    operation.change("update terms_proposal set lapses_at = now() where id = :id", id=first)
    with pytest.raises(NotFound, match="lapsed"):
        answer(database, operation, "CL", first)
    with operation.workers.write(operation.service_id) as tx:
        assert lapse_proposals(tx) == 1
    (second,) = change(database, operation, second_from_other_country=False, reason="short")
    with database.write(operation.person("EC", "operation_lead")) as tx:
        withdraw_proposal(tx, operation.id, second)
    with pytest.raises(NotFound):
        answer(database, operation, "PE", second)
    (third,) = change(database, operation, second_from_other_country=False, reason="short")
    with pytest.raises(Forbidden), database.write(operation.person("PE", "country_lead")) as tx:
        withdraw_proposal(tx, operation.id, third)

    assert [each.ended_as for each in terms(database, operation).proposals] == [None, "withdrawn", "lapsed"]
    assert value(operation, "second_from_other_country")


def test_before_anybody_accepts_the_terms_are_being_written(operation: TestOperation, database: Database) -> None:
    operation.change("update participation set accepted_at = null where operation_id = :id", id=operation.id)

    assert change(database, operation, second_from_other_country=False) == []
    boss = operation.person("EC", "operation_lead")
    assert add(database, operation, boss, "PE", "PE", "BO") is None
    assert add(database, operation, boss, "BO", "BO") is None

    assert not value(operation, "second_from_other_country")
    with operation.workers.read(operation.service_id) as view:
        assert view.session.get_one(Operation, operation.id).terms_version == 1
        assert view.session.get_one(Participation, (operation.id, "BO")).joined_version == 1


@pytest.mark.parametrize(
    ("by", "role", "country", "jurisdictions", "joins"),
    [
        ("EC", "operation_lead", "EC", ("EC",), True),
        ("PE", "country_lead", "PE", ("PE",), True),
        ("EC", "operation_lead", "BO", ("BO",), True),
        ("EC", "administrator", "BO", ("BO",), True),
        ("EC", "operation_lead", "PE", ("PE",), False),
        ("EC", "operation_lead", "PE", (), False),
        ("EC", "operation_lead", "EC", ("EC", "PE"), False),
        ("EC", "administrator", "EC", ("BO",), False),
        ("EC", "operation_lead", "BO", ("BO", "PE"), False),
    ],
)
def test_an_agency_that_speaks_for_another_country_needs_every_yes(
    operation: TestOperation,
    database: Database,
    by: str,
    role: str,
    country: str,
    jurisdictions: tuple[str, ...],
    joins: bool,
) -> None:
    with operation.workers.read(operation.service_id) as view:
        here = select(OperationAgency.agency_id).where(OperationAgency.operation_id == operation.id)
        before = len(view.session.scalars(here).all())

    proposal = add(database, operation, operation.person(by, role), country, *jurisdictions)

    assert (proposal is None) is joins
    with operation.workers.read(operation.service_id) as view:
        assert len(view.session.scalars(here).all()) == before + joins
    if proposal is not None:
        for each in COUNTRIES:
            answer(database, operation, each, proposal)
        with operation.workers.read(operation.service_id) as view:
            assert len(view.session.scalars(here).all()) == before + 1
            assert view.session.get_one(TermsProposal, proposal).ended_as == "in_force"


@pytest.mark.parametrize(("country", "jurisdictions"), [("CL", ("CL",)), ("PE", ("PE", "CL")), ("BO", ("BO",))])
def test_a_country_lead_brings_in_agencies_of_the_own_country_alone(
    operation: TestOperation, database: Database, country: str, jurisdictions: tuple[str, ...]
) -> None:
    with pytest.raises(Forbidden, match="own country"):
        add(database, operation, operation.person("PE", "country_lead"), country, *jurisdictions)
    assert operation.kinds() == []


def test_one_person_is_not_two_countries_yes(operation: TestOperation, database: Database) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("CL", "country_lead")
    (proposal,) = change(database, operation, second_from_other_country=False, reason="short")
    operation.change("update membership set standing = 'met' where user_id = :id", id=theirs)
    operation.vouch(theirs, boss)

    with pytest.raises(Forbidden, match="Two people must be two people"):
        answer(database, operation, "CL", proposal)
    answer(database, operation, "CL", proposal, is_yes=False)


def test_who_accepts_has_read_the_version_in_force_and_opens_to_whom_it_names(
    operation: TestOperation, database: Database
) -> None:
    operation.change(
        "update participation set accepted_at = null where operation_id = :id and country = 'PE'", id=operation.id
    )
    add(database, operation, operation.person("EC", "operation_lead"), "BO", "BO")
    with pytest.raises(Conflict, match="have changed"), database.write(operation.person("PE", "country_lead")) as tx:
        accept_terms(tx, operation.id, version=1)
    with database.write(operation.person("PE", "country_lead")) as tx:
        accept_terms(tx, operation.id, version=2)

    (joining,) = terms(database, operation).joining
    assert (joining.country, joining.joined_version) == ("BO", 2)
    assert [(each.owner, each.is_open) for each in joining.owners] == [("CL", None), ("EC", None)]
    with (
        pytest.raises(Conflict, match="stood in the terms"),
        database.write(operation.person("PE", "country_lead")) as tx,
    ):
        open_to_country(tx, operation.id, "BO", is_open=True)
    with pytest.raises(NotFound), database.write(operation.person("EC", "country_lead")) as tx:
        open_to_country(tx, operation.id, "AR", is_open=True)
    for is_open in (True, False):
        with database.write(operation.person("EC", "country_lead")) as tx:
            open_to_country(tx, operation.id, "BO", is_open=is_open)
        ec = terms(database, operation).joining[0].owners[1]
        assert (ec.owner, ec.is_open) == ("EC", is_open)
