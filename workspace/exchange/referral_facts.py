"""The facts of a referral's package: plain values, filled by a query, written by referral_package.

People stand in them as a country and a role, never by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workspace.rules.codes import Doubt


@dataclass(frozen=True)
class SourceMedium:
    """A medium the lead rests on: digests in lower-case hex (SHA-256 is identity, the others are labels), and
    custody. further_paths: how many places on the device besides `device_paths` held it."""

    label: str
    sha256: str
    md5: str
    sha1: str
    size_bytes: int
    media_type: str
    handling_code: str
    exhibit: str
    exhibit_kind: str
    exhibit_country: str
    case_reference: str
    seized_by: str
    device_paths: tuple[str, ...]
    further_paths: int = 0


@dataclass(frozen=True)
class Side:
    """One side of the comparison: a face in a medium, or an entry of a register.

    `image` is a name among the package's images, `source` the label of a source medium; `facts` are further (name,
    text) pairs as the record states them. `box` is left, top, right, bottom in pixels of the working image.
    """

    label: str
    country: str
    image: str | None = None
    source: str | None = None
    frame_s: float | None = None
    box: tuple[float, float, float, float] | None = None
    quality: str | None = None
    age_band: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Provenance:
    """How the lead came about, so that it can be made again: what was compared, by what, and with what result."""

    kind: str
    probe: Side
    candidate: Side
    produced_at: datetime
    rank: int | None = None
    score: float | None = None
    threshold: float | None = None
    age_gap_years: int | None = None
    gallery: str | None = None
    pack_id: str | None = None
    recogniser_sha256: str | None = None
    embedding_dimension: int | None = None
    software_version: str | None = None


@dataclass(frozen=True)
class Opinion:
    """One examiner's opinion on the five-level scale (1 same … 5 different), whether each
    picture is suitable, and the features that were compared. doubted_at, doubt: since when it is flagged, and
    why."""

    examiner: str
    agency: str
    country: str
    level: int
    reason: str
    signed_at: datetime
    suitability: tuple[str, ...] = ()
    features: tuple[tuple[str, str], ...] = ()
    doubted_at: datetime | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True)
class JurisdictionGround:
    """Why a country may hold jurisdiction, for what, and on which stated basis."""

    country: str
    ground: str
    competence: str
    basis: str


@dataclass(frozen=True)
class Corroboration:
    """What speaks for or against the lead besides the comparison of faces. reference: where it is found."""

    type: str
    reference: str
    dated_on: date
    speaks: str


@dataclass(frozen=True)
class Release:
    """Why the package left while what it rests on did not match the record, and whose two people released it."""

    reason: str
    asked_by: str
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True)
class ReferralFacts:
    """Everything a referral's package says. People are a country and a role, never a name.

    `answer_within_h` are the hours allowed for an answer from the moment of sending, which comes after the package is
    built.
    """

    operation: str
    purpose: str
    legal_basis: str
    is_exercise: bool
    handling_code: str
    tlp: str
    referral: str
    lead: str
    competence: str
    urgency: str
    from_agency: str
    from_country: str
    to_agency: str
    to_country: str
    message: str
    corroboration: tuple[Corroboration, ...]
    prepared_by: str
    approved_by: str | None
    prepared_at: datetime
    answer_within_h: int
    previous_referrals: tuple[str, ...]
    provenance: Provenance
    opinions: tuple[Opinion, ...]
    grounds: tuple[JurisdictionGround, ...]
    sources: tuple[SourceMedium, ...]
    caveats: tuple[str, ...]
    release: Release | None = None
