"""What a calibration states: the cosine from which a pair is proposed, and how often it errs, on material of which the
truth is known. Pure.

It stands in the manifest of a face pack, dated, with the SHA-256 of its own content; whoever reads it compares that.
The hash finds a change by hand and no forgery: an operation takes a threshold over only when two people of two
countries say so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

MOST_KEPT: Final = 50
"""Calibrations that a manifest may hold."""
MOST_WORDS: Final = 500
SAME_COSINE: Final = 0.0005
"""Thresholds are written with three decimals; a column of four bytes gives them back with more."""
CONFIDENCE: Final = 0.95
RULE_OF_THREE: Final = 3
"""Without one error in 3 / r pairs the rate is below r with 95 % confidence (Hanley and Lippman-Hand, JAMA 1983;
ISO/IEC 19795-1). With fewer pairs a rate of r cannot be told from one that is larger."""
LEAST_SAME: Final = 100
"""Pairs of the same person. By the same rule fewer could not say that less than 3 in 100 are missed."""


@dataclass(frozen=True)
class ErrorRate:
    """How many of so many pairs were decided wrongly. low and high: 95 % of what the true rate may be."""

    errors: int
    pairs: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """Errors per pair."""
        return self.errors / self.pairs


@dataclass(frozen=True)
class Point:
    """A threshold and its errors: pairs of two people that reach it, and pairs of one person that do not."""

    cosine: float
    false_accepts: ErrorRate
    false_rejects: ErrorRate


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """One measurement of one recogniser. photographs: used; left_out: by reason, how many were not; people: null where
    the pairs do not say whose they are. measured, not_measured: populations, in the words of who made it."""

    made_on: date
    made_by: str
    pack_id: str
    recogniser_sha256: str
    detector_sha256: str
    photographs: int
    left_out: Mapping[str, int]
    people: int | None
    measured: str
    not_measured: str
    lead: Point
    strong: Point

    @property
    def sha256(self) -> str:
        """By which it is named."""
        return hashlib.sha256(json.dumps(stated(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def stated(calibration: Calibration) -> dict[str, Any]:
    """What stands in a manifest, without the hash."""
    return asdict(calibration) | {
        "made_on": calibration.made_on.isoformat(),
        "left_out": dict(calibration.left_out),
    }


def with_hash(calibration: Calibration) -> dict[str, Any]:
    """What stands in a manifest."""
    return stated(calibration) | {"sha256": calibration.sha256}


def read_calibration(content: object) -> Calibration:
    """A calibration as a manifest states it.

    Raises:
        ValueError: it is none, or its content is not that of its hash; the message says which part.
    """
    if not isinstance(content, Mapping):
        raise ValueError("must be an object")
    try:
        found = _read(content)
    except (KeyError, TypeError, AttributeError, OverflowError) as cause:
        raise ValueError(f"cannot be understood: {cause}") from cause
    if found.sha256 != content.get("sha256"):
        raise ValueError("was changed after it was made: its content does not have its SHA-256")
    return found


def read_calibrations(manifest: Mapping[str, Any]) -> list[Calibration]:
    """The calibrations of a manifest, the newest first.

    Raises:
        ValueError: one cannot be read; the message names it.
    """
    listed = manifest.get("calibrations", [])
    if not isinstance(listed, list) or len(listed) > MOST_KEPT:
        raise ValueError(f"calibrations must be a list of {MOST_KEPT} at most")
    found = []
    for place, content in enumerate(listed):
        try:
            found.append(read_calibration(content))
        except ValueError as cause:
            raise ValueError(f"calibrations[{place}] {cause}") from cause
    return found[::-1]


@dataclass(frozen=True)
class KnownErrors:
    """How often a threshold errs, by the calibration of that day. measured, not_measured: see `Calibration`."""

    made_on: date
    measured: str
    not_measured: str
    false_accepts: ErrorRate
    false_rejects: ErrorRate


def errors_at(calibrations: Sequence[Calibration], recogniser_sha256: str, cosine: float) -> KnownErrors | None:
    """What is known of the errors of this recogniser at this threshold; None where nobody measured it there."""
    found = point_at(calibrations, recogniser_sha256, cosine)
    if found is None:
        return None
    by, point = found
    return KnownErrors(by.made_on, by.measured, by.not_measured, point.false_accepts, point.false_rejects)


def point_at(
    calibrations: Sequence[Calibration], recogniser_sha256: str, cosine: float
) -> tuple[Calibration, Point] | None:
    """The newest calibration of this recogniser that states the errors at this threshold."""
    for each in calibrations:
        for point in (each.lead, each.strong):
            if each.recogniser_sha256 == recogniser_sha256 and abs(point.cosine - cosine) < SAME_COSINE:
                return each, point
    return None


def pairs_needed(rate: float) -> int:
    """How many pairs of two people a false accept rate asks for, by the rule of three."""
    return round(RULE_OF_THREE / rate)


def _read(content: Mapping[str, Any]) -> Calibration:
    left_out = {str(reason): int(number) for reason, number in content["left_out"].items()}
    found = Calibration(
        made_on=date.fromisoformat(content["made_on"]),
        made_by=_words(content, "made_by"),
        pack_id=_words(content, "pack_id"),
        recogniser_sha256=_words(content, "recogniser_sha256"),
        detector_sha256=_words(content, "detector_sha256"),
        photographs=int(content["photographs"]),
        left_out=left_out,
        people=None if content["people"] is None else int(content["people"]),
        measured=_words(content, "measured"),
        not_measured=_words(content, "not_measured"),
        lead=_point(content["lead"]),
        strong=_point(content["strong"]),
    )
    if found.strong.cosine < found.lead.cosine:
        raise ValueError("has a strong threshold below the one of a lead")
    return found


def _words(content: Mapping[str, Any], name: str) -> str:
    words = content[name]
    if not isinstance(words, str) or not words.strip() or len(words) > MOST_WORDS:
        raise ValueError(f"needs a text of {MOST_WORDS} characters at most as {name}")
    return words


def _point(content: Mapping[str, Any]) -> Point:
    cosine = float(content["cosine"])
    if not 0 < cosine < 1:
        raise ValueError("has a cosine that is not between 0 and 1")
    return Point(cosine, _rate(content["false_accepts"]), _rate(content["false_rejects"]))


def _rate(content: Mapping[str, Any]) -> ErrorRate:
    rate = ErrorRate(int(content["errors"]), int(content["pairs"]), float(content["low"]), float(content["high"]))
    if not (0 <= rate.errors <= rate.pairs and rate.pairs > 0 and 0 <= rate.low <= rate.rate <= rate.high <= 1):
        raise ValueError("has an error rate that is none")
    return rate
