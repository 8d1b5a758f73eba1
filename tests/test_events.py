"""What an event may hold: ids, numbers, times, digests and codes. What people write stands in rows that have keys of
their own."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text

from tests.support.operation import Side, TestOperation
from workspace.commands.claims import claim_lead, take_over_lead
from workspace.commands.stages import close_lead, park_lead, reopen_lead
from workspace.events import KINDS, Code
from workspace.exchange.verify_record import verify_record
from workspace.model import Lead, LeadReason, RowSeal
from workspace.model.database import Database
from workspace.queries.lead_history import lead_history
from workspace.queries.record import record_page, whole_record

PLAIN = (int, bool, UUID, date, datetime, bytes, NoneType)


def is_plain(kind: Any) -> bool:
    """Whether a value of this type can hold no words."""
    if kind in PLAIN or kind == Code:
        return True
    if get_origin(kind) is Literal:
        return all(isinstance(code, int) or " " not in code for code in get_args(kind))
    if get_origin(kind) in (Union, UnionType, tuple, dict):
        return all(part is Ellipsis or is_plain(part) for part in get_args(kind))
    return False


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_event_holds_no_words(kind: str) -> None:
    event = KINDS[kind]
    types = get_type_hints(event, include_extras=True)
    assert [each.name for each in fields(event) if each.name != "place" and not is_plain(types[each.name])] == []


@pytest.mark.parametrize(
    "kind", [str, str | None, list[str], tuple[str, ...], dict[str, int], Any, object, Annotated[str, "words"], float]
)
def test_the_rule_would_notice_words(kind: Any) -> None:
    assert not is_plain(kind)


def reasons_seen(database: Database, user: int, lead: UUID) -> dict[str, str | None]:
    """By kind: the reason that the lead's history shows this person."""
    with database.read(user) as view:
        return {event.kind: event.reason for event in lead_history(view.session, lead).rows if event.kind in SAID}


ROW_OF = {
    "act": {"person_act"},
    "annotation": {"annotation"},
    "answer": {"card_answer", "card_tip"},
    "assessment": {"assessment"},
    "box": {"face_act"},
    "card": {"clue_card"},
    "case": {"exhibit_case"},
    "comment": {"comment"},
    "consent": {"consent"},
    "corroboration": {"corroboration"},
    "difference": {"difference"},
    "threshold": {"threshold"},
    "edit": {"comment_version"},
    "edition": {"edition"},
    "entry": {"register_entry"},
    "erasure": {"erasure"},
    "exhibit": {"exhibit"},
    "grant": {"access_grant"},
    "into": {"ledger_entry"},
    "ledger": {"ledger_entry"},
    "list": {"known_list"},
    "onward": {"referral"},
    "outcome": {"outcome"},
    "part": {"video_range"},
    "permission": {"release_permission"},
    "probe": {"probe"},
    "proposal": {"country_lead_proposal", "proposal", "terms_proposal"},
    "qualification": {"qualification"},
    "referral": {"referral"},
    "register": {"register"},
    "release": {"referral_release"},
    "removal": {"removal"},
    "search": {"face_search"},
    "series": {"series"},
    "still": {"video_still"},
    "suspension": {"suspension"},
    "table": {"grade_table", "known_table"},
    "category": {"known_category"},
    "word": {"person_word", "series_word"},
    "column": {"series_column"},
    "join": {"series_join"},
    "refusal": {"series_refusal"},
    "thread": {"comment"},
    "why": {"lead_reason", "window_change", "entry_end", "exhibit_change"},
}
"""By field of an event: the tables whose row it names; their rows are where people's words stand."""
NO_WORDS = {"copy", "injection", "leads", "media", "other", "person", "subject"}
"""Fields that name what programs read, compute or put on: rows without a person's words."""


def names_a_row(kind: Any) -> bool:
    """Whether a value of this type names a row by its id."""
    return kind is UUID or any(names_a_row(part) for part in get_args(kind))


def test_every_row_that_an_event_names_is_bound_by_its_salted_digest_or_holds_no_words(connection: Connection) -> None:
    """So words are outside the record and yet bound by it: the event carries SHA-256(salt, the row's columns)."""
    governed = set(connection.scalars(text("select name from governed")))
    named = {
        each.name
        for event in KINDS.values()
        for each in fields(event)
        if each.name != "place" and names_a_row(get_type_hints(event)[each.name])
    }

    assert named == set(ROW_OF) | NO_WORDS
    assert set().union(*ROW_OF.values()) <= governed


SAID = ("lead:taken_over", "lead:parked", "lead:reopened", "lead:closed")


@pytest.fixture
def lead(operation: TestOperation, database: Database) -> UUID:
    """One that was claimed, freed by another, parked, taken up again, parked again and closed; each with its reason."""
    lead = operation.lead()
    chief = operation.person("EC", "operation_lead")
    with database.write(operation.person("EC")) as tx:
        claim_lead(tx, lead)
    with database.write(chief) as tx:
        take_over_lead(tx, lead, reason=" shift ended ")
    for act, reason in (
        (park_lead, "wait for PE"),
        (reopen_lead, "PE answered"),
        (park_lead, "nothing new"),
        (close_lead, "all is said"),
    ):
        with database.write(chief) as tx:
            act(tx, lead, reason=reason)
    return lead


def test_every_reason_stays_readable_though_the_lead_keeps_only_its_last(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    with database.read(operation.person("PE")) as view:
        told = [
            (event.kind, event.reason)
            for event in reversed(lead_history(view.session, lead).rows)
            if event.kind in SAID
        ]

    assert told == [
        ("lead:taken_over", "shift ended"),
        ("lead:parked", "wait for PE"),
        ("lead:reopened", "PE answered"),
        ("lead:parked", "nothing new"),
        ("lead:closed", "all is said"),
    ]
    row = operation.row(Lead, lead)
    with operation.workers.read(operation.service_id) as view:
        why = view.session.scalars(select(LeadReason.reason).where(LeadReason.id == row.stage_why)).one()
    assert (row.stage_reason, why) == (None, "all is said")


def test_a_reason_is_for_who_holds_both_keys_and_for_its_author(operation: TestOperation, database: Database) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"))
    here, elsewhere = operation.person("EC", "operation_lead"), operation.person("CL")
    with database.write(here) as tx:
        park_lead(tx, lead, reason="both sides show one room")

    assert reasons_seen(database, here, lead) == {"lead:parked": "both sides show one room"}
    assert reasons_seen(database, elsewhere, lead) == {"lead:parked": None}
    with database.read(operation.person("EC", "observer")) as view:
        assert [row.reason for row in record_page(view.session, operation.id) if row.kind == "lead:parked"] == [None]


def test_no_word_of_a_reason_stands_in_the_record(operation: TestOperation, lead: UUID) -> None:
    with operation.workers.read(operation.service_id) as view:
        bodies = " ".join(
            view.session.scalars(text("select body from event where operation_id = :id"), {"id": operation.id})
        )
        reasons = view.session.scalars(select(LeadReason.reason).where(LeadReason.lead_id == lead)).all()

    assert len(reasons) == 5
    assert [reason for reason in reasons if reason in bodies] == []


def test_words_are_bound_by_a_salted_digest_and_can_be_erased_with_the_chain_whole(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    reason = "lead_reason"
    with operation.workers.read(operation.service_id) as view:
        seals = {
            f"{reason} {row.key} {bytes(row.digest).hex()}": bytes(row.salt or b"")
            for row in view.session.scalars(select(RowSeal).where(RowSeal.name == reason))
        }
        bodies = view.session.scalars(
            text("select body from event where operation_id = :id order by seq"), {"id": operation.id}
        ).all()
    bound = [line for body in bodies for line in json.loads(body)["rows"] if line.startswith(f"{reason} ")]

    assert len(bound) == 5
    assert set(bound) <= set(seals)
    assert {len(seals[line]) for line in bound} == {32}
    operation.change("update lead_reason set reason = '' where lead_id = :lead", lead=lead)
    operation.change("update row_seal set salt = null, marks = '{}' where name = 'lead_reason' and operation_id = :op",
        op=operation.id)  # fmt: skip
    with database.read(operation.person("EC", "observer")) as view:
        lines = [line.exported() for line in whole_record(view.session, operation.id)]
        told = {row.kind: row.reason for row in record_page(view.session, operation.id)}
    assert verify_record(lines).faults == []
    assert not any(told.get(kind) for kind in SAID)
