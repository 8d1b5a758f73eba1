"""Lists that are long in an operation: referrals, children in the ledger, comments on one lead."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from tests.support.operation import TestOperation

_LISTED = (
    text("insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, from_country, to_country, "
         "competence, message, state, drafted_by) select :op, n, :lead, l.locks, :mine, :theirs, 'EC', 'PE', 'protection', '', "
         "'declined', :who from lead l, generate_series(1, :n) n where l.id = :lead"),
    text("insert into ledger_entry (operation_id, number, kind, locks, agency_id) "
         "select :op, n, 'victim', l.locks, :mine from lead l, generate_series(1, :n) n where l.id = :lead"),
    text("insert into comment (operation_id, lead_id, locks, author_id, body, language) "
         "select :op, :lead, l.locks, :who, 'said of it ' || n, 'en' from lead l, generate_series(1, :n) n where l.id = :lead"),
)  # fmt: skip
LISTED = 2_000
"""Referrals, children in the ledger and comments on one lead: more than an operation of a week has."""


def lay_lists(operation: TestOperation, lead: UUID) -> None:
    """What is listed whole where somebody asks for all of it."""
    facts = {
        "op": operation.id,
        "lead": lead,
        "mine": operation.agencies["EC"],
        "theirs": operation.agencies["PE"],
        "who": operation.person("PE", "liaison"),
        "n": LISTED,
    }
    with operation.owner.begin() as rows:
        for statement in _LISTED:
            rows.execute(statement, facts)
