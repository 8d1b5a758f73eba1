"""Two exhibits have one lead of a kind at a time: about copies, and about documents.

What two devices have in common by the hundred would else give a lead for each. A lead that was rejected, set aside, or
closed without a verdict says nothing of what else they have in common: then the next one is opened, under a key of its
own, and what waited behind the first is looked for again (ADR 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from workspace.model import Lead, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.leads import LeadKind

SQL = statements(__file__)
OF_DEVICES = ("same_file", "near_copy", "document_id")
"""Kinds of which two exhibits have one lead at a time."""


@dataclass(frozen=True)
class Between:
    """The leads of a kind between two exhibits. is_barred: one of them stands, and no other is opened; pair: the key of
    the next."""

    is_barred: bool
    pair: tuple[str, str]


def leads_between(tx: Tx, kind: LeadKind, one: UUID | None, other: UUID | None) -> Between:
    """What stands between two exhibits."""
    row = tx.session.execute(SQL["between"], {"kind": kind, "one": one, "other": other}).one()
    # A number in the key: of two that are opened at one moment, one is.
    after = f" {row.leads}" if row.leads else ""
    return Between(row.is_barred, (f"{one}{after}", f"{other}{after}"))


def look_behind(tx: Tx, lead: Lead) -> None:
    """Have looked for again what waited behind a lead between devices that stands no more."""
    if lead.kind in OF_DEVICES:
        jobs.want(tx, "match_again", lead.id, lead.operation_id)
