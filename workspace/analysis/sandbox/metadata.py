"""Read what a file says about its camera, time and place; runs only in a confined child.

Metadata are claims of whoever made the file. They are cleaned to short printable text and plausible numbers, and broken
ones are left out: they never cost the picture. The receiving side checks every value once more.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime

from PIL import ExifTags, Image

from workspace.analysis.sandbox.maker_notes import Serials
from workspace.analysis.sandbox.moments import Claim, is_plausible, read_claim, utc_offset

Facts = dict[str, str | float]

BAD_METADATA = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, struct.error)
_MAX_TEXT = 200
_WHEN = ("captured_at", "subseconds", "offset")
_DNG_SERIAL = 0xC62F
"""CameraSerialNumber of the DNG specification 1.7, written by several makers in other files too."""

_ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")


def camera_facts(exif: Image.Exif, xmp: Facts, noted: Serials) -> Facts:
    """Read camera, time and place from an EXIF block (EXIF 2.32), then from the maker's note and from XMP; only what is
    there and plausible."""
    base, details, place = dict(exif), _part(exif, ExifTags.IFD.Exif), _part(exif, ExifTags.IFD.GPSInfo)
    tag = ExifTags.Base
    facts = {
        "make": text(base.get(tag.Make)),
        "model": text(base.get(tag.Model)),
        "serial": _first_serial(details.get(tag.BodySerialNumber), base.get(_DNG_SERIAL), noted.body),
        "lens_serial": _first_serial(details.get(tag.LensSerialNumber), noted.lens),
        "software": text(base.get(tag.Software)),
    }
    told = {name: value for name, value in facts.items() if value}
    when, where = _taken(details), _place(place)
    # A time or place comes from one source alone: a moment of one with the zone of another would be neither's.
    left = {
        n: v for n, v in xmp.items() if not (when and n in _WHEN) and not (where and n in ("latitude", "longitude"))
    }
    inside = {"serial": noted.internal} if noted.internal and _differs(noted.internal) else {}
    return inside | left | told | when | where


def _first_serial(*claims: object) -> str | None:
    """The first of several numbers that is one; of those that are one sign over and over, the first."""
    written = [claim for claim in map(text, claims) if claim]
    return next(filter(_differs, written), next(iter(written), None))


def _differs(serial: str) -> bool:
    return len({sign for sign in serial.casefold() if sign.isalnum()}) > 1


def _taken(details: Mapping[int, object]) -> Facts:
    """The first of the times that EXIF states and that can be true."""
    tag = ExifTags.Base
    for when, decimals, zone in (
        (tag.DateTimeOriginal, tag.SubsecTimeOriginal, tag.OffsetTimeOriginal),
        # Tag 0x0132 (DateTime) is left out: editors set it to the time of the last change.
        (tag.DateTimeDigitized, tag.SubsecTimeDigitized, tag.OffsetTimeDigitized),
    ):
        claim = read_claim(text(details.get(when)))
        if claim is None:
            continue
        digits = re.match(r"[0-9]{1,9}", text(details.get(decimals)) or "")
        facts = claim_facts(
            claim._replace(
                subseconds=digits[0] if digits else claim.subseconds,
                offset=utc_offset(text(details.get(zone))) or claim.offset,
            )
        )
        if facts:
            return facts
    return {}


def claim_facts(claim: Claim | None) -> Facts:
    """A stated time as facts; nothing if there is none or it cannot be true."""
    if claim is None or not is_plausible(claim.at, claim.offset, until=datetime.now(UTC)):
        return {}
    facts = {"captured_at": claim.at, "subseconds": claim.subseconds, "offset": claim.offset}
    return {name: value for name, value in facts.items() if value}


def container_facts(metadata: Mapping[str, str]) -> Facts:
    """Read the same facts from the key-value metadata of a video container."""
    known = {
        key.lower().removeprefix("com.apple.quicktime.").removeprefix("com.android."): metadata[key] for key in metadata
    }
    # QuickTime's creationdate is local time with an offset; creation_time is UTC by definition and often just wrong.
    when = claim_facts(read_claim(text(known.get("creationdate"))))
    when = when or claim_facts(read_claim(text(known.get("creation_time"))))
    facts = {
        "make": text(known.get("make") or known.get("manufacturer")),
        "model": text(known.get("model")),
        "software": text(known.get("software") or known.get("encoder")),
    }
    coordinates = _ISO_6709.match(known.get("location.iso6709") or known.get("location") or "")
    place = position(float(coordinates[1]), float(coordinates[2])) if coordinates else {}
    return {name: value for name, value in facts.items() if value} | when | place


def text(value: object) -> str | None:
    """Clean a metadata text: printable, one line, at most 200 characters; None if nothing is left."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = _as_utf8(value)
    printable = "".join(c for c in value.split("\x00")[0] if c.isprintable() and c != "\ufffd")
    return printable.strip()[:_MAX_TEXT].strip() or None


def _as_utf8(value: str) -> str:
    """EXIF's texts are ASCII by its standard and UTF-8 on many phones; Pillow reads them byte by byte, as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _part(exif: Image.Exif, which: ExifTags.IFD) -> dict[int, object]:
    try:
        return dict(exif.get_ifd(which))
    except BAD_METADATA:
        return {}


def _place(gps: Mapping[int, object]) -> Facts:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "NS")
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "EW")
    return {} if latitude is None or longitude is None else position(latitude, longitude)


def position(latitude: float, longitude: float) -> Facts:
    """A place on the globe as facts; nothing if it is none, or what cameras write that know none."""
    # Cameras without a fix write exactly 0, 0.
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or (latitude == 0 and longitude == 0):
        return {}
    return {"latitude": round(latitude, 7), "longitude": round(longitude, 7)}


def _degrees(value: object, side: object, sides: str) -> float | None:
    """Turn degrees, minutes and seconds into degrees, negative on the second of `sides`. Without its side it is no
    place: the sign would be a guess."""
    where = (text(side) or "").upper()
    if not isinstance(value, tuple) or not 1 <= len(value) <= 3 or len(where) != 1 or where not in sides:
        return None
    try:
        parts = [float(part) for part in value]
    except BAD_METADATA:
        return None
    # More than sixty minutes or seconds are no minutes: somebody wrote something else in their place.
    if not all(math.isfinite(part) and part >= 0 for part in parts) or max([*parts[1:], 0]) > 60:
        return None
    total = math.fsum(part / 60.0**power for power, part in enumerate(parts))
    return -total if where == sides[1] else total
