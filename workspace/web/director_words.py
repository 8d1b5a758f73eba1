"""What the director's page says of injections and acts, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from workspace.events import KINDS
from workspace.queries.directing import Act
from workspace.rules.exercise import INJECTIONS, InjectionKind, PlayedBy
from workspace.vocabulary import N_

INJECTION_WORDS: Mapping[InjectionKind, tuple[str, str, str]] = {
    "line_cut": (
        N_("A minute without the line"),
        N_("Live updates stop for 60 seconds. Nothing that is written is lost."),
        N_("Everybody: «No connection», then «Live»."),
    ),
    "wrong_statement": (
        N_("A wrong statement"),
        N_(
            "One outcome that a partner states is false. It must be noticed and taken back; the exercise chooses which."
        ),
        N_("The country that states it and those that referred. Nobody sees that it is false."),
    ),
    "returned_referral": (
        N_("A returned referral"),
        N_("A partner returns one referral that was sent to it: not theirs."),
        N_("The country that sent it and the operation lead."),
    ),
    "withdrawn_entry": (
        N_("A register entry withdrawn"),
        N_("A partner takes one entry of its register back; its leads that are not decided end."),
        N_("Whoever holds one of those leads, and the owner."),
    ),
    "window_moved": (
        N_("The window is about to close"),
        N_("The partner who leads the operation moves the end to 60 minutes of exercise time from now."),
        N_("Everybody: the clock, and the reason under «Terms»."),
    ),
    "country_joins": (
        N_("A country asks to join"),
        N_(
            "The partner who leads the operation brings in a new country with its first agency. "
            "Each owner opens to it, or not."
        ),
        N_("Everybody, under «Terms»: country leads are asked."),
    ),
}
"""By injection: what it is called, what it does, and who sees it."""


@dataclass(frozen=True)
class PossibleInjection:
    """What a director can put into the week: its title, what it does, and who sees it, in the reader's language."""

    kind: InjectionKind
    title: str
    does: str
    seen_by: str


@dataclass(frozen=True)
class WordedAct:
    """Something that somebody did, without its content. text: the end of a sentence that begins with the name."""

    seq: int
    at: datetime
    name: str
    country: str
    played_by: PlayedBy
    text: str


def possible_injections() -> list[PossibleInjection]:
    """What can be put into the week, in the order of the page."""
    return [PossibleInjection(kind, *map(gettext, INJECTION_WORDS[kind])) for kind in INJECTIONS]


def worded_acts(acts: Iterable[Act]) -> list[WordedAct]:
    """The acts as sentences, in the same order."""
    return [
        WordedAct(
            act.seq,
            act.at,
            act.name,
            act.country,
            act.played_by,
            gettext(KINDS[act.kind].says) if act.kind in KINDS else act.kind,
        )
        for act in acts
    ]
