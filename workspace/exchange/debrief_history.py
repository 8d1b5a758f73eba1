"""What a debrief is counted from: the truth of an exercise and what happened in it, as plain rows. Filled by
queries/debrief.py.

Ids join the rows and go no further. Times are aware.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

FileState = Literal["read", "refused", "not_taken_in"]
PlayedBy = Literal["person", "partner"]


@dataclass(frozen=True)
class TrueFile:
    """A file of the truth that shows a person. country: whose material it is. media_id: what it became, if it was taken
    in."""

    identity: str
    country: str
    state: FileState
    media_id: UUID | None


@dataclass(frozen=True)
class TrueEntry:
    """An entry of a register with the person whom it shows; `has_face`: one of its portraits was read and shows a
    face."""

    number: str
    identity: str
    entry_id: UUID | None
    has_face: bool


@dataclass(frozen=True)
class GroupedFace:
    """A face that stands in a group of faces, which is inside one country's material."""

    group_id: UUID
    media_id: UUID
    country: str
    is_poor: bool


@dataclass(frozen=True)
class LeadSide:
    """One side of a lead: a face in a file and the group that it stands in, or an entry of a register."""

    lead_id: UUID
    group_id: UUID | None
    media_id: UUID | None
    entry_id: UUID | None


@dataclass(frozen=True)
class LeadRow:
    """A lead of a face and the stage in which it is."""

    id: UUID
    stage: str
    created_at: datetime


@dataclass(frozen=True)
class Act:
    """The first time that something happened to a lead: lead:claimed, lead:verified, lead:rejected."""

    lead_id: UUID
    kind: str
    at: datetime
    played_by: PlayedBy


@dataclass(frozen=True)
class OpinionRow:
    """A settled opinion that was not taken back."""

    id: UUID
    lead_id: UUID
    examiner_id: int
    opinion: int
    signed_at: datetime
    played_by: PlayedBy


@dataclass(frozen=True)
class ReferralRow:
    """A referral of a lead of a face; `sent_by` and `answered_by`: who played the people who did it."""

    lead_id: UUID
    state: str
    is_approved: bool
    sent_at: datetime | None
    answered_at: datetime | None
    due_at: datetime | None
    sent_by: PlayedBy | None
    answered_by: PlayedBy | None


@dataclass(frozen=True)
class StatementRow:
    """A stated outcome. `seq`, `revoked_seq`: numbers of the events that stated it and took it back; one statement may
    stand in several rows. `revoked_by`: who played whoever took it back."""

    ledger_id: UUID
    lead_id: UUID
    kind: str
    is_depicted: bool
    stage: str
    seq: int
    revoked_seq: int | None
    stated_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: PlayedBy | None = None


@dataclass(frozen=True)
class MergeRow:
    """An entry of the ledger that was merged into another, at an event; `parted_seq`: the event that took it back."""

    ledger_id: UUID
    into_id: UUID
    seq: int
    parted_seq: int | None = None


@dataclass(frozen=True)
class EditionRow:
    """The edition to stand beside the truth: the event that it counts up to, and its numbers by their keys."""

    number: int
    kind: str
    seq: int
    numbers: Mapping[str, int | None]


@dataclass(frozen=True)
class History:
    """The truth and what happened, in one snapshot at `as_of`. `lives_in`: country by person; `injections`: the kinds
    that landed."""

    as_of: datetime
    lives_in: Mapping[str, str]
    files: tuple[TrueFile, ...] = ()
    entries: tuple[TrueEntry, ...] = ()
    faces: tuple[GroupedFace, ...] = ()
    leads: tuple[LeadRow, ...] = ()
    sides: tuple[LeadSide, ...] = ()
    acts: tuple[Act, ...] = ()
    opinions: tuple[OpinionRow, ...] = ()
    referrals: tuple[ReferralRow, ...] = ()
    statements: tuple[StatementRow, ...] = ()
    merges: tuple[MergeRow, ...] = ()
    edition: EditionRow | None = None
    injections: tuple[str, ...] = ()
