"""The figures of an edition, counted a second time: plain Python over plain rows, written from the definitions and not
from the product.

Reads base tables alone, none of the product's views or functions. Covers what happens between people: leads, opinions,
referrals, outcomes and series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

OF_CHILDREN = ("lead_evidence", "outcome", "ledger_entry", "ledger_act", "series", "series_act", "person")
TABLES = (
    "lead",
    "event",
    "assessment",
    "referral",
    "participation",
    "received_file",
    "clue_act",
    *OF_CHILDREN,
)
COLUMNS = {"person": "id, merged_into, series_id", "event": "kind, lead_id"}
"""By table with large columns: those that are read."""
Rows = dict[str, list[Mapping[str, Any]]]


def recounted(session: Session, operation_id: int, *, late: bool = False) -> dict[str, int]:
    """By key of a figure: what it should be now. Needs the workers' role. late: as in a follow-up edition, what was
    found after the window counts too."""
    rows = {name: _rows(session, name, operation_id) for name in TABLES}
    if not late:
        left = {lead["id"] for lead in rows["lead"] if lead["late_until"] is not None}
        rows["lead"] = [lead for lead in rows["lead"] if lead["id"] not in left]
        for name in ("event", "assessment", "referral", "outcome"):
            rows[name] = [each for each in rows[name] if each["lead_id"] not in left]
    return _leads(rows) | _clues(rows) | _referrals(rows) | _people(rows) | _series(rows) | _others(rows)


def _rows(session: Session, name: str, operation_id: int) -> list[Mapping[str, Any]]:
    where = (
        "operation_id = :id" if name != "lead_evidence" else "lead_id in (select id from lead where operation_id = :id)"
    )
    return list(
        session.execute(
            text(f"select {COLUMNS.get(name, '*')} from {name} where {where}"), {"id": operation_id}
        ).mappings()
    )


def _clues(rows: Rows) -> dict[str, int]:
    found: Counter[str] = Counter()
    for lead in rows["lead"]:
        said, stated, confirmed = None, set[Any](), set[Any]()
        for act in sorted(rows["clue_act"], key=lambda act: int(act["ordinal"])):
            if act["lead_id"] != lead["id"] or act["undone_at"] is not None:
                continue
            this = (act["result"], act["country"])
            if act["what"] == "stated":
                if this != said:
                    said, stated, confirmed = this, set(), set()
                stated.add(act["said_by"])
            elif this == said:
                confirmed.add(act["said_by"])
        if said and any(stated - {person} for person in confirmed):
            found[said[0]] += 1
    opened = sum(lead["kind"] == "clue" for lead in rows["lead"])
    return {"clues_opened": opened, "clues_country": found["country"], "clues_eliminated": found["eliminated"]}


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


class Ledger:
    """Who is one person, out of the rows of statements and acts that stand; nothing that entries keep is read."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.entries = {entry["id"]: entry for entry in rows["ledger_entry"]}
        self.standing = [each for each in rows["outcome"] if each["revoked_at"] is None]
        self.acts = [act for act in rows["ledger_act"] if act["undone_at"] is None]
        self.stated = {each["ledger_id"] for each in self.standing}
        self.sides: dict[Any, list[Mapping[str, Any]]] = {}
        for side in rows["lead_evidence"]:
            self.sides.setdefault(side["lead_id"], []).append(side)
        groups = _Groups()
        for act in self.acts:
            if act["what"] == "same":
                groups.join(act["ledger_id"], act["other_id"])
        alive = self.stated | {
            act[end] for act in self.acts if act["what"] == "same" for end in ("ledger_id", "other_id")
        }
        for entry in alive:
            if self.entries[entry]["kind"] != "victim":
                continue
            for side in self.sides.get(self.entries[entry]["of_lead"], []):
                for whom in (side["person_id"], side["register_entry_id"]):
                    if whom is not None:
                        groups.join(entry, whom)
        self.who = groups.of

    def is_depicted(self, person: Any) -> bool:
        """Whether anything that stands says that this child is shown."""
        by_statement = any(self.who(each) == person and self.entries[each]["was_depicted"] for each in self.stated)
        return by_statement or any(
            act["what"] == "depicted" and self.who(act["ledger_id"]) == person for act in self.acts
        )

    def people(self, kind: str, stages: Iterable[str], *, depicted: bool = True) -> set[Any]:
        """Those who reached one of these stages; of victims, those who are shown, or those who are not."""
        found = set()
        for each in self.standing:
            if self.entries[each["ledger_id"]]["kind"] == kind and each["stage"] in stages:
                found.add(self.who(each["ledger_id"]))
        return found if kind == "offender" else {each for each in found if self.is_depicted(each) == depicted}

    def first_said(self, person: Any, what: str) -> Any:
        """The age or sex that counts: of entries that were merged into another after the rest, and then the first."""
        gone = {act["ledger_id"] for act in self.acts if act["what"] == "same"}
        said = [
            (each["ledger_id"] in gone, each["ordinal"], each[what])
            for each in self.standing
            if self.who(each["ledger_id"]) == person and each[what] not in (None, "unknown")
        ]
        return min(said)[2] if said else None

    def shown_by(self, person: Any) -> list[Mapping[str, Any]]:
        """The sides of leads that show a child of whom something is stated there; no entries of registers."""
        leads = {self.entries[each]["of_lead"] for each in self.stated if self.who(each) == person}
        return [side for lead in leads for side in self.sides.get(lead, []) if side["register_entry_id"] is None]


class _Groups:
    """Things that are joined two by two; each group is known by one of its things."""

    def __init__(self) -> None:
        self.before: dict[Any, Any] = {}

    def of(self, thing: Any) -> Any:
        """The one by which its group is known."""
        while thing in self.before:
            thing = self.before[thing]
        return thing

    def join(self, one: Any, other: Any) -> None:
        """Make two groups one."""
        one, other = self.of(one), self.of(other)
        if one != other:
            self.before[one] = other


OTHER_ENDS = (
    "already_identified",
    "already_safe",
    "adult_now",
    "deceased",
    "not_a_victim",
    "not_a_real_child",
    "trail_eliminated",
)


def _people(rows: Rows) -> dict[str, int]:
    people = Ledger(rows).people
    return {
        "victims_probable": len(people("victim", ["V3", "V4"])),
        "victims_confirmed": len(people("victim", ["V4"])),
        "victims_safeguarded": len(people("victim", ["V5"])),
        "children_safeguarded": len(people("victim", ["V5"], depicted=False)),
        "victims_other_end": len(people("victim", OTHER_ENDS)),
        "offenders_probable": len(people("offender", ["O1", "O2", "O3", "O4", "O5"])),
        "offenders_identified": len(people("offender", ["O2", "O3", "O4", "O5"])),
        "offenders_arrested": len(people("offender", ["O3"])),
        "offenders_charged": len(people("offender", ["O4"])),
        "offenders_convicted": len(people("offender", ["O5"])),
    }


def _series(rows: Rows) -> dict[str, int]:
    ledger, persons = Ledger(rows), {person["id"]: person for person in rows["person"]}

    def counts_as(person: Mapping[str, Any]) -> Any:
        while person["merged_into"] is not None:
            person = persons[person["merged_into"]]
        return person["id"]

    series_of: dict[Any, set[Any]] = {}
    for person in persons.values():
        if person["series_id"] is not None:
            series_of.setdefault(counts_as(person), set()).add(person["series_id"])

    def of_people(people: Iterable[Any]) -> set[Any]:
        sides = [side for person in people for side in ledger.shown_by(person)]
        return {series for side in sides for series in series_of.get(side["person_id"], ())}

    def of_leads(leads: Iterable[Any]) -> set[Any]:
        sides = [side for lead in leads for side in ledger.sides.get(lead, [])]
        return {series for side in sides for series in series_of.get(side["person_id"], ())}

    confirmed = {series for series in (each["id"] for each in rows["series"]) if _country(rows, series)[1]}
    return {
        "persons": sum(person["merged_into"] is None for person in persons.values()),
        "series_worked": len(of_leads({each["lead_id"] for each in rows["event"] if each["kind"] == "lead:claimed"})),
        "series_country": len(
            confirmed | of_people(ledger.people("victim", ["V1"]) | ledger.people("victim", ["V1"], depicted=False))
        ),
        "series_information": len(of_leads({each["lead_id"] for each in _sent(rows)})),
        "series_probable": len(of_people(ledger.people("victim", ["V3", "V4"]))),
        "series_confirmed": len(of_people(ledger.people("victim", ["V4"]))),
    }


def _country(rows: Rows, series: Any) -> tuple[str | None, bool]:
    """The likely country of a series that was determined last, and whether somebody else has confirmed it since."""
    country, determined, confirmed = None, set(), set()
    for act in sorted(rows["series_act"], key=lambda act: int(act["ordinal"])):
        if act["series_id"] != series or act["undone_at"] is not None:
            continue
        if act["what"] == "determined":
            if act["country"] != country:
                country, determined, confirmed = act["country"], set(), set()
            determined.add(act["said_by"])
        elif act["country"] == country:
            confirmed.add(act["said_by"])
    return country, any(determined - {person} for person in confirmed)


def recounted_children(session: Session, operation_id: int) -> dict[str, int]:
    """By key of a figure, or by table and key, what an edition should say of children and series; of tables, zeros are
    left out."""
    rows = {name: _rows(session, name, operation_id) for name in (*OF_CHILDREN, "event", "referral")}
    countries = {row.id: row.country for row in session.execute(text("select id, country from agency"))}
    figures = _people(rows) | {key: number for key, number in _series(rows).items() if key != "persons"}
    return figures | _tables(rows, countries)


def _tables(rows: Rows, countries: Mapping[int, str]) -> dict[str, int]:
    ledger, found = Ledger(rows), Counter[str]()
    probable = ledger.people("victim", ["V3", "V4"])
    for person in probable:
        found[f"ages {ledger.first_said(person, 'age_band') or 'not_stated'}"] += 1
        found[f"sexes {ledger.first_said(person, 'sex') or 'unknown'}"] += 1
        for country in {side["country"] for side in ledger.shown_by(person)}:
            found[f"{country} shown"] += 1
    places = {(ledger.who(each["ledger_id"]), each["place_country"]) for each in ledger.standing}
    for _, place in places:
        found[f"places {place}"] += place is not None
    for stage, what in (("V4", "confirmed"), ("V5", "safeguarded")):
        shown = ledger.people("victim", [stage])
        stated = {
            (ledger.who(each["ledger_id"]), countries[each["stated_by_agency_id"]])
            for each in ledger.standing
            if each["stage"] == stage and ledger.who(each["ledger_id"]) in shown
        }
        for _, country in stated:
            found[f"{country} {what}"] += 1
    for each in rows["series"]:
        country, is_confirmed = _country(rows, each["id"])
        if is_confirmed:
            found[f"{country} determined"] += 1
    safe = ledger.people("victim", ["V5"]) | ledger.people("victim", ["V5"], depicted=False)
    found["times sent_to_safeguarded"] = len(safe)
    return {key: number for key, number in found.items() if number}


def _others(rows: Rows) -> dict[str, int]:
    return {
        "files_received": len(rows["received_file"]),
        "countries": sum(each["accepted_at"] is not None for each in rows["participation"]),
    }
