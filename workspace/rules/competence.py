"""Who may state which outcome: one table, asked by the command, the page and the exercise's partners.

Two things count: what kind of agency it is, and for what the operation's terms make it competent. A police unit states
of victims where the terms give it protection. Must not read rows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from workspace.errors import Text
from workspace.rules.codes import OFFENDER_STAGES, OTHER_ENDS, VICTIM_STAGES

OFFENDER_ENDS = ("deceased", "trail_eliminated")
"""Other ends that an offender can have."""
STAGES_OF_KIND: dict[str, tuple[str, ...]] = {
    "victim": VICTIM_STAGES + OTHER_ENDS,
    "offender": OFFENDER_STAGES + OFFENDER_ENDS,
}
"""By kind of entry of the ledger: what can be stated of it."""

Office = Literal["protection", "police", "prosecution", "court"]


@dataclass(frozen=True)
class Authority:
    """What makes an agency an office. kinds: of the agency; competences: any of which the terms must give it."""

    kinds: tuple[str, ...]
    competences: tuple[str, ...]


OFFICES: dict[Office, Authority] = {
    "protection": Authority(("child_protection", "police"), ("protection",)),
    "police": Authority(("police",), ("offender", "evidence")),
    "prosecution": Authority(("prosecution",), ("offender", "evidence")),
    "court": Authority(("court",), ("offender", "evidence")),
}
"""Offices, and which agencies are one. An agency can be more than one; an international organisation is none."""

COMPETENT: dict[tuple[str, str], tuple[Office, ...]] = {
    **{("victim", stage): ("protection",) for stage in STAGES_OF_KIND["victim"]},
    ("offender", "O1"): ("police",),
    ("offender", "O2"): ("police",),
    ("offender", "O3"): ("police",),
    ("offender", "O4"): ("prosecution",),
    ("offender", "O5"): ("court",),
    **{("offender", stage): ("police", "prosecution", "court") for stage in OFFENDER_ENDS},
}
"""By kind of entry and stage: the offices that may state it."""


def offices_of(agency_kind: str, competences: Collection[str]) -> tuple[Office, ...]:
    """The offices that an agency is in an operation. competences: those that the terms give it."""
    return tuple(
        office
        for office, authority in OFFICES.items()
        if agency_kind in authority.kinds and set(competences) & set(authority.competences)
    )


def stages_of(agency_kind: str, competences: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By kind of entry: what an agency may state, in the order of the stages. A kind of which it may state nothing is
    left out."""
    own = set(offices_of(agency_kind, competences))
    may = {
        kind: tuple(stage for stage in stages if own & set(COMPETENT[kind, stage]))
        for kind, stages in STAGES_OF_KIND.items()
    }
    return {kind: stages for kind, stages in may.items() if stages}


WHO_MAY: dict[tuple[Office, ...], Text] = {
    ("protection",): Text(
        "Only a child protection agency, or police whom the terms make competent for protection, can state this."
    ),
    ("police",): Text("Only police whom the terms make competent for the offender or the evidence can state this."),
    ("prosecution",): Text("Only a prosecution service can state that somebody is charged."),
    ("court",): Text("Only a court can state that somebody is convicted."),
    ("police", "prosecution", "court"): Text("Only police, a prosecution service or a court can state this."),
}
"""By the offices that may state something: the sentence that says so to whoever is refused."""
