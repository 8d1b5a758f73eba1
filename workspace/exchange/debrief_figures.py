"""The figures of an exercise's debrief as plain values, and the one definition of each.

Nobody's name or id stands here, nor any lead's: what a person was right or wrong about is that person's own
(`debrief_opinion`). Queries fill a `History`, exchange/debrief.py counts, printed_debrief.py writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from workspace.errors import Invalid
from workspace.exchange.figures import Count, TimeMeasure
from workspace.vocabulary import LEAD_STAGE, N_

STEPS: Mapping[str, tuple[str, str]] = {
    "exist": (N_("Exist"), N_("in the truth of this exercise")),
    "read": (N_("Read"), N_("taken in, and the face found on both sides")),
    "found": (N_("Found by the machine"), N_("a lead was made")),
    "claimed": (N_("Claimed"), N_("somebody took the lead")),
    "verified": (N_("Verified"), N_("two opinions, of two countries where required")),
    "sent": (N_("Sent"), N_("a referral left")),
    "answered": (N_("Answered"), N_("accepted, declined or returned by the receiving agency")),
}
"""Label and definition of each step of a true link, from the first to the last. A step counts what reached it, late or
not."""

ENDS: Mapping[str, tuple[str, str]] = {
    "not_read": (N_("Not read"), N_("On one side no file was read, or no face was found in what was read.")),
    "not_found": (N_("Not found"), N_("Both sides were read, and the machine made no lead of them.")),
    "not_claimed": (N_("Not claimed"), N_("A lead was made, and nobody took it.")),
    "rejected": (N_("Rejected"), N_("Every lead that somebody took was rejected.")),
    "not_decided": (N_("Not decided"), N_("A lead was taken, and neither verified nor rejected.")),
    "not_sent": (N_("Not sent"), N_("A lead was verified, and no referral left.")),
    "no_answer": (N_("No answer"), N_("A referral left, and its receiver has not answered.")),
    "answered": (N_("Answered"), N_("The receiver of a referral answered.")),
}
"""How a true link ends: seven ways to lose it, each at one step, and the one way to the end."""

LOST_AT: Mapping[str, str] = {
    "not_read": "read",
    "not_found": "found",
    "not_claimed": "claimed",
    "rejected": "verified",
    "not_decided": "verified",
    "not_sent": "sent",
    "no_answer": "answered",
}
"""The step that a link which is lost in this way does not reach."""

REASONS: Mapping[str, str] = {
    "not_taken_in": N_("files not taken in, or still waiting"),
    "files_refused": N_("files refused"),
    "face_not_found": N_("face not found"),
    "poor_faces": N_("only poor faces on one side"),
    "no_lead": N_("not proposed: not alike enough, or not among the first"),
    "left_open": N_("still open at the end"),
    "put_aside": N_("set aside"),
    "ended": N_("closed"),
    "by_two": N_("rejected by the first two opinions"),
    "by_third": N_("rejected by a third opinion"),
    "no_opinion": N_("taken, and no opinion given"),
    "second_wanted": N_("a further opinion wanted"),
    "no_draft": N_("no referral drafted"),
    "not_approved": N_("drafted, not approved"),
    "not_sent": N_("approved, and not sent"),
    "within_clock": N_("time to answer not over"),
    "past_clock": N_("time to answer over"),
}
"""Why a link was lost at a step, as far as the rows say."""

DECISIONS: Mapping[str, str] = {
    "verified": LEAD_STAGE["verified"],
    "rejected": LEAD_STAGE["rejected"],
    "not_decided": N_("Not decided"),
}
"""What became of a lead that somebody took."""

FATES: Mapping[str, str] = {
    "came_back": N_("declined or returned by the receiver"),
    "taken_back": N_("an outcome was stated and taken back"),
    "not_sent": N_("not sent"),
    "believed": N_("sent and believed to the end"),
}
"""What became of a false lead that was verified."""

INJECTIONS: Mapping[str, str] = {
    "line_cut": N_("injected: a minute without live updates"),
    "wrong_statement": N_("injected: a wrong statement to be found"),
    "returned_referral": N_("injected: a returned referral"),
    "withdrawn_entry": N_("injected: a withdrawn entry of a register"),
    "window_moved": N_("injected: an end of the window that came near"),
    "country_joins": N_("injected: a country that asked to join"),
}
"""What the director put into the exercise."""

TIMES: Mapping[str, str] = {
    "lead_to_claim": N_("Lead to claim"),
    "claim_to_first": N_("Claim to first opinion"),
    "first_to_second": N_("First to second opinion"),
    "verified_to_sent": N_("Verified to sent"),
    "sent_to_answer": N_("Sent to first answer"),
    "stated_to_taken_back": N_("Outcome stated to taken back"),
}

COMPARED = (
    "victims_probable",
    "victims_confirmed",
    "victims_safeguarded",
    "children_safeguarded",
    "offenders_arrested",
)
"""The figures of an edition that the truth says something of, by their keys in exchange/figures.py."""

NOTES: Mapping[str, str] = {
    "links": N_(
        "A pair: one person in the material of two countries. An entry: one entry of a register whose person "
        "is in the material. "
        "Each is counted once, by whichever of its leads came furthest."
    ),
    "countries": N_(
        "Each row adds up: exist = seven ways of loss + answered. A row says where the person lives, not who "
        "looked: a loss may be "
        "another country's, or the machine's. Alphabetical; no shares, no order, no marks."
    ),
    "decisions": N_(
        "Leads of a face that somebody took; several can show one true link. True: the truth has the same "
        "person on both sides."
    ),
    "times": N_(
        "True leads alone, and statements of any lead, by the wall clock, and only where a person did the second act: "
        "the pace of partners is made up and not counted."
    ),
    "edition": N_(
        "Edition = true + false. False: two people were taken for one, or one was counted twice. Possible = "
        "true + missed: everybody "
        "of whom a true link exists. Who would be confirmed, made safe or arrested, the truth of an exercise "
        "does not say."
    ),
    "places": N_(
        "Where the true ones live. Possible = probable + missed: everybody of whom a true link exists. Whoever is "
        "counted as an entry, because the truth cannot tell who it is, stands in no row."
    ),
}
"""The sentences that say what is counted in each table."""


@dataclass(frozen=True)
class LinkStep:
    """How many true links reached a step, how many were lost at it, and why. `both` = `pairs` + `entries`."""

    key: str
    pairs: int
    entries: int
    both: int
    lost: int
    reasons: tuple[Count, ...]


@dataclass(frozen=True)
class CountryEnds:
    """The true links of the people who live in a country, by how they end; `ends` in the order of ENDS, and `exist`
    their sum."""

    country: str
    exist: int
    ends: tuple[Count, ...]


@dataclass(frozen=True)
class Decided:
    """Leads of a face that somebody took, decided in one way."""

    key: str
    true: int
    false: int


@dataclass(frozen=True)
class FalseOnes:
    """Decisions against the truth.

    `caught`: false leads that were rejected although the first opinion was «same». `fates`: what became of the false
    ones that were
    verified. `untold`: leads of a face that somebody took and of which the truth cannot tell; in no other number here.
    `taken_back`: statements of outcomes, of any lead, that were taken back.
    """

    decided: tuple[Decided, ...]
    caught: int
    fates: tuple[Count, ...]
    untold: int
    taken_back: int = 0


@dataclass(frozen=True)
class BesideTruth:
    """A figure of an edition: `edition` = `true` + `false`; `possible` = `true` + `missed`, None where the truth says
    nothing."""

    key: str
    edition: int
    true: int
    false: int
    missed: int | None
    possible: int | None


@dataclass(frozen=True)
class CountryBeside:
    """The true ones of an edition who live in a country: `possible` = `probable` + `missed`."""

    country: str
    possible: int
    probable: int
    missed: int
    confirmed: int
    safeguarded: int


@dataclass(frozen=True)
class EditionBeside:
    """The last closing edition beside the truth; if there is none, the last of another kind."""

    number: int
    kind: str
    lines: tuple[BesideTruth, ...]
    countries: tuple[CountryBeside, ...] = ()


@dataclass(frozen=True)
class DebriefHeader:
    """Of which exercise, as of when, at which event of the record; times are aware. `people` and `partners`: how many
    worked on leads and referrals; a seat that both played counts in both."""

    operation: str
    seed: int
    scenario: str
    tlp: str
    handling_code: str
    closes_at: datetime
    as_of: datetime
    seq: int
    people: int
    partners: int


@dataclass(frozen=True)
class DebriefFigures:
    """Everything a debrief says to all members. `definitions`: what each key means, as English sources, frozen with the
    numbers."""

    header: DebriefHeader
    steps: tuple[LinkStep, ...]
    countries: tuple[CountryEnds, ...]
    false_ones: FalseOnes
    times: tuple[TimeMeasure, ...]
    edition: EditionBeside | None
    injections: tuple[Count, ...]
    definitions: Mapping[str, str] = field(default_factory=dict)

    @property
    def existing(self) -> int:
        """How many true links there are."""
        return self.steps[0].both

    @property
    def answered(self) -> int:
        """How many of them came to the end."""
        return self.steps[-1].both


def definitions() -> dict[str, str]:
    """What each key of the figures means: by «table.key»."""
    steps = {f"step.{key}": f"{label}: {text}" for key, (label, text) in STEPS.items()}
    ends = {f"end.{key}": text for key, (_label, text) in ENDS.items()}
    reasons = {f"reason.{key}": text for key, text in REASONS.items()}
    return steps | ends | reasons | {f"note.{key}": text for key, text in NOTES.items()}


_RECORD: TypeAdapter[DebriefFigures] = TypeAdapter(DebriefFigures)


def debrief_to_record(figures: DebriefFigures) -> dict[str, object]:
    """The figures as plain JSON values, for the debrief's row and its export; `debrief_from_record` gives them back."""
    record: dict[str, object] = _RECORD.dump_python(figures, mode="json")
    return record


def debrief_from_record(record: object) -> DebriefFigures:
    """The figures of a stored debrief. Raises Invalid when the record is none."""
    try:
        return _RECORD.validate_python(record)
    except ValidationError as cause:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in cause.errors()]
        raise Invalid("The stored debrief cannot be read.", faults=faults) from cause
