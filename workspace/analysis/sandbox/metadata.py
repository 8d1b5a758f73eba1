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
_WHEN = ("captured_at", "subseconds", "offset", "clock_claim")
_DNG_SERIAL = 0xC62F
"""CameraSerialNumber of the DNG specification 1.7, written by several makers in other files too."""

_ISO_6709 = re.compile(r"([+-])(\d{1,6}(?:\.\d+)?)([+-])(\d{1,7}(?:\.\d+)?)(?![\d.])", re.ASCII)
_TIMES_OF_CONTAINERS = ("creationdate", "creation_time")
"""QuickTime's creationdate is local time with an offset; creation_time is UTC by definition and often just wrong."""


def camera_facts(exif: Image.Exif, xmp: Facts, noted: Serials) -> Facts:
    """Read camera, time and place from an EXIF block (EXIF 2.32), then from the maker's note and from XMP; only what is
    there and plausible."""
    base, details, place = dict(exif), _part(exif, ExifTags.IFD.Exif), _part(exif, ExifTags.IFD.GPSInfo)
    tag = ExifTags.Base
    facts = {
        "make": text(base.get(tag.Make)),
        "model": text(base.get(tag.Model)),
        "serial": _first_serial(details.get(tag.BodySerialNumber), base.get(_DNG_SERIAL), noted.body),
        "lens": text(details.get(tag.LensModel)),
        "lens_make": text(details.get(tag.LensMake)),
        "lens_serial": _first_serial(details.get(tag.LensSerialNumber), noted.lens),
        "software": text(base.get(tag.Software)),
    }
    told = {name: value for name, value in facts.items() if value}
    when, where = _taken(details), _place(place)
    # A time or place comes from one source alone: a moment of one with the zone of another would be neither's.
    has_time = "captured_at" in when
    left = {
        n: v for n, v in xmp.items() if not (has_time and n in _WHEN) and not (where and n in ("latitude", "longitude"))
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
    """The first of the times that EXIF states and that can be true; and the first that cannot, if it stands before."""
    tag = ExifTags.Base
    refused: Facts = {}
    for when, decimals, zone in (
        (tag.DateTimeOriginal, tag.SubsecTimeOriginal, tag.OffsetTimeOriginal),
        # Tag 0x0132 (DateTime) is left out: editors set it to the time of the last change.
        (tag.DateTimeDigitized, tag.SubsecTimeDigitized, tag.OffsetTimeDigitized),
    ):
        written = text(details.get(when))
        claim = read_claim(written)
        if claim is None:
            refused = refused or stated(written)
            continue
        digits = re.match(r"[0-9]{1,9}", text(details.get(decimals)) or "")
        facts = claim_facts(
            claim._replace(
                subseconds=digits[0] if digits else claim.subseconds,
                offset=utc_offset(text(details.get(zone))) or claim.offset,
            )
        )
        if facts:
            return refused | facts
        refused = refused or stated(written)
    return refused


def first_time(*claims: str | None) -> Facts:
    """The first of several stated times that can be true; and the first that cannot, if it stands before."""
    refused: Facts = {}
    for written in claims:
        if facts := claim_facts(read_claim(written)):
            return refused | facts
        refused = refused or stated(written)
    return refused


def stated(written: str | None) -> Facts:
    """A time that cannot be true, as it is written; nothing if only separators stand there, as where no time is
    known (EXIF 2.32, DateTimeOriginal)."""
    return {"clock_claim": written} if written and any(sign.isalnum() for sign in written) else {}


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
    when = first_time(*(text(known.get(name)) for name in _TIMES_OF_CONTAINERS))
    facts = {
        "make": text(known.get("make") or known.get("manufacturer")),
        "model": text(known.get("model")),
        "software": text(known.get("software") or known.get("encoder")),
        # One number for the film and the still picture of a moment, which Apple's phones write into both.
        "document": text(known.get("content.identifier")),
    }
    place = _point(known.get("location.iso6709") or known.get("location") or "")
    return {name: value for name, value in facts.items() if value} | when | place


def _point(written: str) -> Facts:
    """A place as ISO 6709 writes it: degrees, or degrees and minutes, or these with seconds, by how many digits there
    are."""
    parts = _ISO_6709.match(written)
    if not parts:
        return {}
    latitude, longitude = _of_digits(parts[2], 2), _of_digits(parts[4], 3)
    if latitude is None or longitude is None:
        return {}
    return position(-latitude if parts[1] == "-" else latitude, -longitude if parts[3] == "-" else longitude)


def _of_digits(written: str, degrees: int) -> float | None:
    """Degrees out of DD, DDMM or DDMMSS with decimals. degrees: digits that these have at most."""
    whole, dot, decimals = written.partition(".")
    if len(whole) <= degrees:
        return float(written)
    if len(whole) not in (degrees + 2, degrees + 4):
        return None
    numbers = [whole[:degrees], *(whole[at : at + 2] for at in range(degrees, len(whole), 2))]
    parts = [float(number) for number in [*numbers[:-1], numbers[-1] + dot + decimals]]
    return None if max(parts[1:]) >= 60 else math.fsum(part / 60.0**power for power, part in enumerate(parts))


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
    """EXIF's texts are ASCII by its standard and UTF-8 on many phones, UTF-16 of some programs; Pillow reads them byte
    by byte, as Latin-1."""
    try:
        written = value.encode("latin-1")
        return written.decode(_wide(written) or "utf-8")
    except UnicodeError:
        return value


def _wide(written: bytes) -> str | None:
    """UTF-16, where a mark says so or every other byte is empty and none of those between."""
    if written.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    text = written.rstrip(b"\x00") + bytes(len(written) % 2)
    text += bytes(len(text) % 2)
    for first, encoding in ((text[::2], "utf-16-le"), (text[1::2], "utf-16-be")):
        empty = text[1::2] if encoding == "utf-16-le" else text[::2]
        if len(first) > 1 and not any(empty) and 0 not in first.rstrip(b"\x00"):
            return encoding
    return None


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
