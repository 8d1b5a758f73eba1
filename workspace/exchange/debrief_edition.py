"""The figures of an edition beside the truth: how much of each is true, and where the true ones live. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from workspace.exchange.debrief_figures import COMPARED, BesideTruth, CountryBeside, EditionBeside
from workspace.exchange.debrief_history import EditionRow, MergeRow, StatementRow
from workspace.exchange.debrief_told import Link, Told
from workspace.rules.truth import UNKNOWN


def beside_truth(told: Told, links: Collection[Link], edition: EditionRow) -> EditionBeside:
    """An edition's figures beside the truth, and where the true ones live."""
    lines, found = [], {}
    for key in COMPARED:
        number = edition.numbers.get(key)
        if number is None:
            continue
        behind = [each for each in told.history.statements if _counts_in(key, each, edition.seq)]
        people = _true_people(told, behind, edition.seq, is_depicted=_BEHIND[key][1] is True)
        found[key] = people
        true = min(len(people), number)
        possible = len({link.identity for link in links} | people) if key == "victims_probable" else None
        lines.append(
            BesideTruth(key, number, true, number - true, None if possible is None else possible - true, possible)
        )
    return EditionBeside(edition.number, edition.kind, tuple(lines), _places(told, links, found))


def _places(told: Told, links: Collection[Link], found: Mapping[str, set[object]]) -> tuple[CountryBeside, ...]:
    """By country where they live: everybody of whom a true link exists, and how far they came in an edition."""
    lives_in = told.history.lives_in
    in_links: set[object] = {link.identity for link in links}

    def living(where: str, people: Iterable[object]) -> int:
        return sum(isinstance(who, str) and lives_in.get(who) == where for who in people)

    rows = []
    for where in sorted(set(lives_in.values())):
        probable, confirmed, safeguarded = (
            living(where, found.get(key, ()))
            for key in ("victims_probable", "victims_confirmed", "victims_safeguarded")
        )
        possible = living(where, in_links | found.get("victims_probable", set()))
        rows.append(CountryBeside(where, possible, probable, possible - probable, confirmed, safeguarded))
    return tuple(row for row in rows if row.possible)


def _counts_in(key: str, statement: StatementRow, seq: int) -> bool:
    """Whether a statement stands behind a figure of an edition that counts up to an event."""
    if statement.seq > seq or (statement.revoked_seq is not None and statement.revoked_seq <= seq):
        return False
    kind, is_depicted, stages = _BEHIND[key]
    return (
        statement.kind == kind
        and (is_depicted is None or statement.is_depicted is is_depicted)
        and statement.stage in stages
    )


_BEHIND: Mapping[str, tuple[str, bool | None, tuple[str, ...]]] = {
    "victims_probable": ("victim", True, ("V3", "V4")),
    "victims_confirmed": ("victim", True, ("V4",)),
    "victims_safeguarded": ("victim", True, ("V5",)),
    "children_safeguarded": ("victim", False, ("V5",)),
    "offenders_arrested": ("offender", None, ("O3",)),
}
"""Which statements stand behind a figure, as queries/figures counts it: the kind of the entry, whether it is depicted,
the stages."""


def _true_people(told: Told, statements: Iterable[StatementRow], seq: int, *, is_depicted: bool) -> set[object]:
    """Who stands behind these statements in truth, each once: whom all leads of an entry of the ledger show.

    An entry one of whose leads joins two people has nobody behind it. Somebody of whom the truth cannot tell counts as
    the entry, and so does whoever is not depicted: several can belong to one depicted person.
    """
    one_person = _merged(told.history.merges, seq)
    leads: dict[UUID, set[UUID]] = defaultdict(set)
    for statement in statements:
        leads[one_person.get(statement.ledger_id, statement.ledger_id)].add(statement.lead_id)
    people: set[object] = set()
    for root, mine in leads.items():
        sides = [labels for lead in mine for labels in told.sides.get(lead, ()) if labels]
        shared = frozenset.intersection(*sides) if sides else UNKNOWN
        if sides and not shared:
            continue
        people.add(next(iter(shared)) if is_depicted and len(shared) == 1 else root)
    return people


def _merged(merges: Iterable[MergeRow], seq: int) -> dict[UUID, UUID]:
    """By entry that a merge names which holds at an event: one entry of those that are the same person."""
    groups: dict[UUID, set[UUID]] = {}
    for merge in merges:
        if merge.seq > seq or (merge.parted_seq is not None and merge.parted_seq <= seq):
            continue
        one, other = (groups.get(each, {each}) for each in (merge.ledger_id, merge.into_id))
        groups |= dict.fromkeys(one | other, one | other)
    return {entry: min(group) for entry, group in groups.items()}
