"""An entry of a register ends: found, withdrawn or adult; its leads say so, and come back if it was closed in error."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.support.operation import Side, TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead
from workspace.commands.claims import claim_lead
from workspace.commands.entries import close_entry, reopen_entry
from workspace.commands.stages import reopen_lead
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import EntryEnd, Event, Lead, RegisterEntry
from workspace.model.database import Database
from workspace.queries.board import board_changes, leads_off_board
from workspace.queries.entries import entry_page, register_entries
from workspace.queries.lead_page import lead_page
from workspace.queries.record import record_page


class Register:
    """A register of PE with one entry and leads of it."""

    def __init__(self, operation: TestOperation, sharing: str = "operation") -> None:
        self.operation, self.id, self.entry, self.sharing = operation, uuid4(), uuid4(), sharing
        here = {
            "op": operation.id,
            "lock": operation.compartment("PE", sharing),
            "register": self.id,
            "entry": self.entry,
            "who": operation.person("PE", "country_lead"),
        }
        operation.change(
            "insert into register (id, operation_id, compartment_id, country, name, legal_source, attested_by) "
            "values (:register, :op, :lock, 'PE', 'Missing', 'law', :who)",
            **{key: value for key, value in here.items() if key != "entry"},
        )
        del here["who"]
        operation.change(
            "insert into register_entry (id, operation_id, compartment_id, register_id, number, number_key, find_key, "
            "date_of_birth) "
            "values (:entry, :op, :lock, :register, 'RE-1', 're-1', 're-1', date '2015-05-05')",
            **here,
        )

    def lead(self, **values: object) -> UUID:
        """A lead between a person of EC and the entry."""
        lead = self.operation.lead("EC", Side("PE", self.sharing), kind="register_match", **values)
        self.operation.change(
            "update lead_evidence set register_entry_id = :entry, person_id = null where lead_id = :lead and side = 2",
            entry=self.entry,
            lead=lead,
        )
        return lead


@pytest.fixture
def register(operation: TestOperation) -> Register:
    return Register(operation)


def close(register: Register, database: Database, closed_as: str = "withdrawn", **more: object) -> None:
    with database.write(register.operation.person("PE", "liaison")) as tx:
        close_entry(tx, register.entry, closed_as=closed_as, reason="the family asked", **more)  # type: ignore[arg-type]


def reopen(register: Register, database: Database) -> None:
    with database.write(register.operation.person("PE", "country_lead")) as tx:
        reopen_entry(tx, register.entry, reason="another child")


def stages(register: Register, *leads: UUID) -> list[tuple[str, list[str]]]:
    rows = [register.operation.row(Lead, lead) for lead in leads]
    return [(row.stage, row.basis_ended) for row in rows]


def test_its_undecided_leads_end_and_the_others_say_so(register: Register, database: Database) -> None:
    operation = register.operation
    names = ("open", "assessed", "parked", "verified", "rejected", "closed")
    leads = [register.lead(stage=stage, opinions=int(stage == "assessed")) for stage in names]
    other = operation.lead("EC", "PE")

    close(register, database)

    mark = ["entry_closed"]
    assert stages(register, *leads, other) == [
        ("withdrawn", mark),
        ("withdrawn", mark),
        ("parked", mark),
        ("verified", mark),
        ("rejected", []),
        ("closed", []),
        ("open", []),
    ]
    kinds = ["lead:withdrawn"] * 2 + ["lead:basis_ended"] * 2
    assert (operation.kinds()[0], sorted(operation.kinds()[1:], reverse=True)) == ("entry:closed", kinds)


def test_the_record_names_the_entry_and_the_reason_stands_in_a_row_of_the_register(
    operation: TestOperation, database: Database
) -> None:
    register = Register(operation, "agency")
    close(register, database, "found", found_on=date(2026, 5, 5), reference=" court 7 ")

    event = operation.row(Event, (operation.id, 1))
    row = operation.row(EntryEnd, event.payload["why"])
    assert event.payload == {"entry": str(register.entry), "closed_as": "found", "why": str(row.id)}
    assert (row.what, row.found_on, row.reference, row.reason) == (
        "found",
        date(2026, 5, 5),
        "court 7",
        "the family asked",
    )
    with database.read(operation.person("PE")) as view:
        assert record_page(view.session, operation.id)[0].reason == "the family asked"
    with database.read(operation.person("CL")) as view:
        assert record_page(view.session, operation.id) == []
        with pytest.raises(NotFound):
            entry_page(view.session, register.entry)


def test_whoever_holds_such_a_lead_loses_it_and_it_comes_back_as_it_was(register: Register, database: Database) -> None:
    lead, second = register.lead(), register.lead(stage="assessed", opinions=1)
    with database.write(register.operation.person("EC")) as tx:
        claim_lead(tx, lead)

    close(register, database)
    row = register.operation.row(Lead, lead)
    assert (row.holder_id, row.lease_until, row.claim_token) == (None, None, 2)
    with pytest.raises(Conflict), database.write(register.operation.person("EC")) as tx:
        claim_lead(tx, lead)
    reopen(register, database)

    assert stages(register, lead, second) == [("open", []), ("assessed", [])]
    assert register.operation.kinds()[-3:] == ["entry:reopened", "lead:restored", "lead:restored"]
    entry = register.operation.row(RegisterEntry, register.entry)
    assert (entry.closed_as, entry.is_closed) == (None, False)


def test_a_second_reason_keeps_a_lead_ended(register: Register, database: Database) -> None:
    lead = register.lead(stage="withdrawn", basis_ended=["comparison_off"])

    close(register, database)
    reopen(register, database)

    assert stages(register, lead) == [("withdrawn", ["comparison_off"])]


def test_an_opinion_that_can_still_be_taken_back_settles_first(register: Register, database: Database) -> None:
    lead, me = register.lead(), register.operation.person("EC")
    with database.write(me) as tx:
        token = claim_lead(tx, lead)
    look(register.operation.workers, lead, me)
    with database.write(me) as tx:
        assess_lead(tx, lead, token=token, opinion=1, reason="ears agree", **WHOLE)

    with pytest.raises(Conflict):
        close(register, database)

    assert stages(register, lead) == [("open", [])]
    assert register.operation.row(RegisterEntry, register.entry).closed_as is None


@pytest.mark.parametrize(
    ("closed_as", "more", "what"),
    [
        ("found", {}, "found_on: needed"),
        ("found", {"found_on": date(2026, 1, 1), "reference": "\u200b"}, "reference: needed"),
        ("found", {"found_on": date(2999, 1, 1), "reference": "x"}, "lies in the future"),
        ("found", {"found_on": date(1950, 1, 1), "reference": "x"}, "the entry begins on"),
        ("adult", {}, "not an adult by the date of birth"),
        ("lost", {}, "one of"),
    ],
)
def test_an_end_that_lacks_something_changes_nothing(
    register: Register, database: Database, closed_as: str, more: dict[str, object], what: str
) -> None:
    with pytest.raises(Invalid) as refused:
        close(register, database, closed_as, **more)

    assert what in str([str(fault) for fault in refused.value.facts["faults"]])
    assert register.operation.kinds() == []


def test_only_the_agency_that_owns_it_decides_and_only_once(register: Register, database: Database) -> None:
    with pytest.raises(Forbidden), database.write(register.operation.person("EC", "country_lead")) as tx:
        close_entry(tx, register.entry, closed_as="withdrawn", reason="ours")
    with pytest.raises(Forbidden), database.write(register.operation.person("PE", "specialist")) as tx:
        close_entry(tx, register.entry, closed_as="withdrawn", reason="ours")
    close(register, database)
    with pytest.raises(Conflict):
        close(register, database)
    reopen(register, database)
    with pytest.raises(Conflict):
        reopen(register, database)


def test_the_screens_say_it_to_whoever_sees_the_lead_and_how_to_holders_of_its_key(
    operation: TestOperation, database: Database
) -> None:
    register = Register(operation, "agency")
    lead, verified = register.lead(), register.lead(stage="verified")
    close(register, database)

    told = {}
    for country in ("EC", "PE"):
        with database.read(operation.person(country)) as view:
            (card,) = board_changes(view.session, operation.id).cards
            page = lead_page(view.session, lead, view.me)
            entry = page.sides[1].register_entry
            told[country] = (card.id == verified, card.basis_ended, page.stage, entry and entry.closed_as)
            assert [each.id for each in leads_off_board(view.session, operation.id, "withdrawn").leads] == [lead]

    assert told == {
        "EC": (True, ["entry_closed"], "withdrawn", None),
        "PE": (True, ["entry_closed"], "withdrawn", "withdrawn"),
    }


def test_a_lead_that_was_set_aside_is_not_taken_up_while_its_entry_is_closed(
    register: Register, database: Database
) -> None:
    lead = register.lead(stage="parked")
    close(register, database)

    with pytest.raises(Conflict), database.write(register.operation.person("EC")) as tx:
        reopen_lead(tx, lead, reason="a new hint")


def test_the_register_is_listed_by_number_and_an_entry_shows_its_leads_and_ends(
    register: Register, database: Database
) -> None:
    lead = register.lead()
    close(register, database)
    reopen(register, database)

    with database.read(register.operation.person("PE", "country_lead")) as view:
        (line,) = register_entries(view.session, register.id, number="re-").entries
        none = register_entries(view.session, register.id, after="RE-1").entries
        page = entry_page(view.session, register.entry)
    assert (line.number, line.leads, line.closed_as, none) == ("RE-1", 1, None, [])
    assert ([each.id for each in page.leads], page.is_own) == ([lead], True)
    assert [(each.what, each.reason) for each in page.ends] == [
        ("reopened", "another child"),
        ("withdrawn", "the family asked"),
    ]
