"""The figures of an edition, counted a second time: plain Python over plain rows, written from the definitions and not
from the product.

Reads base tables alone, none of the product's views or functions. Covers what happens between people: leads, opinions,
referrals and outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES = (
    "lead",
    "lead_evidence",
    "event",
    "assessment",
    "referral",
    "outcome",
    "ledger_entry",
    "participation",
    "received_file",
)
Rows = dict[str, list[Mapping[str, Any]]]


def recounted(session: Session, operation_id: int, *, late: bool = False) -> dict[str, int]:
    """By key of a figure: what it should be now. Needs the workers' role. late: as in a follow-up edition, what was
    found after the window counts too."""
    rows = {name: _rows(session, name, operation_id) for name in TABLES}
    if not late:
        left = {lead["id"] for lead in rows["lead"] if lead["late_until"] is not None}
        rows["lead"] = [lead for lead in rows["lead"] if lead["id"] not in left]
        for name in ("event", "assessment", "referral"):
            rows[name] = [each for each in rows[name] if each["lead_id"] not in left]
    return _leads(rows) | _referrals(rows) | _people(rows) | _others(rows)


def _rows(session: Session, name: str, operation_id: int) -> list[Mapping[str, Any]]:
    where = (
        "operation_id = :id" if name != "lead_evidence" else "lead_id in (select id from lead where operation_id = :id)"
    )
    return list(session.execute(text(f"select * from {name} where {where}"), {"id": operation_id}).mappings())


def _leads(rows: Rows) -> dict[str, int]:
    def ever(kind: str) -> int:
        return len({event["lead_id"] for event in rows["event"] if event["kind"] == kind})

    return {
        "leads_opened": len(rows["lead"]),
        "leads_claimed": ever("lead:claimed"),
        "leads_assessed": len({each["lead_id"] for each in rows["assessment"] if each["undone_at"] is None}),
        "leads_verified": ever("lead:verified"),
        "leads_rejected": ever("lead:rejected"),
        "leads_parked": sum(lead["stage"] == "parked" for lead in rows["lead"]),
        "leads_referred": len({each["lead_id"] for each in _sent(rows)}),
    }


def _sent(rows: Rows) -> list[Mapping[str, Any]]:
    return [each for each in rows["referral"] if each["sent_at"] is not None]


def _referrals(rows: Rows) -> dict[str, int]:
    sent = _sent(rows)
    holders: dict[Any, set[str]] = {}
    for side in rows["lead_evidence"]:
        if side["register_entry_id"] is None:
            holders.setdefault(side["lead_id"], set()).add(side["country"])
    domestic = [each for each in sent if each["to_country"] in holders.get(each["lead_id"], {each["from_country"]})]
    return {
        "referrals_sent": len(sent),
        "referrals_domestic": len(domestic),
        "referrals_foreign": len(sent) - len(domestic),
        "referrals_acknowledged": sum(bool(each["acknowledged_at"] or each["answered_at"]) for each in sent),
        "referrals_accepted": sum(each["state"] == "accepted" for each in sent),
        "referrals_returned": sum(each["state"] in ("returned", "declined", "re_routed") for each in sent),
        "countries_receiving": len({each["to_country"] for each in sent}),
    }


def _people(rows: Rows) -> dict[str, int]:
    entries = {entry["id"]: entry for entry in rows["ledger_entry"]}

    def root(entry_id: Any) -> Any:
        merged = entries[entry_id]["merged_into"]
        return entry_id if merged is None else root(merged)

    standing = [each for each in rows["outcome"] if each["revoked_at"] is None]

    counts_as_depicted = {root(entry["id"]) for entry in entries.values() if entry["is_depicted"]}

    def people(kind: str, stages: Iterable[str], *, depicted: bool = True) -> set[Any]:
        wanted = set(stages)
        roots = {root(each["ledger_id"]) for each in standing if each["stage"] in wanted}
        return {
            each
            for each in roots
            if entries[each]["kind"] == kind and (kind != "victim" or (each in counts_as_depicted) == depicted)
        }

    return {
        "victims_confirmed": len(people("victim", ["V4"])),
        "victims_safeguarded": len(people("victim", ["V5"])),
        "children_safeguarded": len(people("victim", ["V5"], depicted=False)),
        "offenders_identified": len(people("offender", ["O2", "O3", "O4", "O5"])),
        "offenders_arrested": len(people("offender", ["O3"])),
        "offenders_charged": len(people("offender", ["O4"])),
        "offenders_convicted": len(people("offender", ["O5"])),
    }


def _others(rows: Rows) -> dict[str, int]:
    return {
        "files_received": len(rows["received_file"]),
        "countries": sum(each["accepted_at"] is not None for each in rows["participation"]),
    }
