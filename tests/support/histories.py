"""Makes histories of an exercise by hand: people, their files, leads and what became of them. Times are minutes after
the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from workspace.exchange.debrief import debrief
from workspace.exchange.debrief_figures import DebriefFigures, DebriefHeader
from workspace.exchange.debrief_history import (
    Act,
    FileState,
    GroupedFace,
    History,
    LeadRow,
    LeadSide,
    OpinionRow,
    PlayedBy,
    ReferralRow,
    StatementRow,
    TrueEntry,
    TrueFile,
)

START = datetime(2026, 11, 9, 8, tzinfo=UTC)


def after(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


HEADER = DebriefHeader("Lantern", 2611, "lantern", "AMBER", "H1", after(600), after(700), 42, people=2, partners=5)


@dataclass
class Told:
    """A history that is being told; `group` and `lead` answer the ids that later lines name."""

    lives_in: dict[str, str] = field(default_factory=dict)
    files: list[TrueFile] = field(default_factory=list)
    entries: list[TrueEntry] = field(default_factory=list)
    faces: list[GroupedFace] = field(default_factory=list)
    leads: list[LeadRow] = field(default_factory=list)
    sides: list[LeadSide] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    opinions: list[OpinionRow] = field(default_factory=list)
    referrals: list[ReferralRow] = field(default_factory=list)
    statements: list[StatementRow] = field(default_factory=list)

    def person(self, identity: str, lives_in: str, *countries: str) -> list[UUID]:
        """A person with one photo in each country's material, each read and grouped; the ids of the groups."""
        self.lives_in[identity] = lives_in
        return [self.group(identity, country) for country in countries]

    def group(self, identity: str, country: str, *, is_poor: bool = False) -> UUID:
        """A photo that was read, with one face in a group of its own."""
        medium, group = self.file(identity, country), uuid4()
        self.faces.append(GroupedFace(group, medium, country, is_poor))
        return group

    def file(self, identity: str, country: str, state: FileState = "read") -> UUID:
        """A photo of somebody, without a face that was found."""
        medium = uuid4()
        self.files.append(TrueFile(identity, country, state, None if state == "not_taken_in" else medium))
        return medium

    def entry(self, identity: str, *, has_face: bool = True) -> UUID:
        """An entry of a register."""
        entry = uuid4()
        self.entries.append(TrueEntry(f"R-{len(self.entries)}", identity, entry, has_face))
        return entry

    def lead(self, one: UUID, other: UUID, *, stage: str = "open", at: float = 10) -> UUID:
        """A lead between two groups, or between a group and an entry."""
        lead, entries = uuid4(), {entry.entry_id for entry in self.entries}
        self.leads.append(LeadRow(lead, stage, after(at)))
        for side in (one, other):
            medium = next((face.media_id for face in self.faces if face.group_id == side), None)
            self.sides.append(LeadSide(lead, *((None, None, side) if side in entries else (side, medium, None))))
        return lead

    def act(self, lead: UUID, kind: str, at: float = 20, by: PlayedBy = "partner") -> None:
        """Something that happened to a lead, such as «claimed»."""
        self.acts.append(Act(lead, f"lead:{kind}", after(at), by))

    def opinion(self, lead: UUID, opinion: int, at: float = 30, by: PlayedBy = "partner", examiner: int = 1) -> UUID:
        """A settled opinion."""
        self.opinions.append(OpinionRow(uuid4(), lead, examiner, opinion, after(at), by))
        return self.opinions[-1].id

    def referral(self, lead: UUID, state: str = "sent", **values: Any) -> None:
        """A referral; sent after 60 minutes unless it is said otherwise."""
        facts: dict[str, Any] = {
            "is_approved": True,
            "sent_at": after(60),
            "answered_at": None,
            "due_at": None,
            "sent_by": "partner",
            "answered_by": None,
        }
        self.referrals.append(ReferralRow(lead, state, **(facts | values)))

    def verified(self, one: UUID, other: UUID, *, stage: str = "verified") -> UUID:
        """A lead that was claimed and verified by two opinions."""
        lead = self.lead(one, other, stage=stage)
        self.act(lead, "claimed")
        self.opinion(lead, 1)
        self.opinion(lead, 2, at=40)
        self.act(lead, "verified", at=40)
        return lead

    def rejected(self, one: UUID, other: UUID, *opinions: int) -> UUID:
        """A lead that was claimed and rejected by these opinions."""
        lead = self.lead(one, other, stage="rejected")
        self.act(lead, "claimed")
        for place, opinion in enumerate(opinions):
            self.opinion(lead, opinion, at=30 + place)
        self.act(lead, "rejected", at=50)
        return lead

    def stated(self, lead: UUID, stage: str, *, ledger: UUID | None = None, seq: int = 5, **values: Any) -> UUID:
        """An outcome, of an entry of the ledger of its own unless one is given; the entry's id."""
        found = ledger or uuid4()
        facts: dict[str, Any] = {"kind": "victim", "is_depicted": True, "revoked_seq": None}
        self.statements.append(StatementRow(found, lead, stage=stage, seq=seq, **(facts | values)))
        return found

    def history(self, **values: Any) -> History:
        """The whole of it."""
        told = {name: tuple(rows) for name, rows in vars(self).items() if name != "lives_in"}
        return History(as_of=after(700), lives_in=self.lives_in, **told, **values)

    def figures(self, **values: Any) -> DebriefFigures:
        """Its debrief, without anybody's own part."""
        return debrief(self.history(**values), HEADER)[0]
