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

from workspace.analysis.sandbox.moments import is_plausible

Facts = dict[str, str | float]

BAD_METADATA = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, struct.error)
_MAX_TEXT = 200
_DNG_SERIAL = 0xC62F
"""CameraSerialNumber of the DNG specification 1.7, written by several makers in other files too."""

_DATE_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")


def camera_facts(exif: Image.Exif) -> Facts:
    """Read camera, time and place from an EXIF block (EXIF 2.32); only what is there and plausible."""
    base, details, place = dict(exif), _part(exif, ExifTags.IFD.Exif), _part(exif, ExifTags.IFD.GPSInfo)
    tag = ExifTags.Base
    when, offset = (
        (tag.DateTimeOriginal, tag.OffsetTimeOriginal)
        if tag.DateTimeOriginal in details
        # Tag 0x0132 (DateTime) is left out: editors set it to the time of the last change.
        else (tag.DateTimeDigitized, tag.OffsetTimeDigitized)
    )
    facts = {
        "make": text(base.get(tag.Make)),
        "model": text(base.get(tag.Model)),
        "serial": text(details.get(tag.BodySerialNumber)) or text(base.get(_DNG_SERIAL)),
        "lens_serial": text(details.get(tag.LensSerialNumber)),
        "software": text(base.get(tag.Software)),
        "captured_at": moment(text(details.get(when))),
        "offset": utc_offset(text(details.get(offset))),
    }
    return {name: value for name, value in facts.items() if value} | _place(place)


def container_facts(metadata: Mapping[str, str]) -> Facts:
    """Read the same facts from the key-value metadata of a video container."""
    known = {
        key.lower().removeprefix("com.apple.quicktime.").removeprefix("com.android."): metadata[key] for key in metadata
    }
    # QuickTime's creationdate is local time with an offset; creation_time is UTC by definition and often just wrong.
    captured_at, offset = next(
        filter(None, map(_created, (known.get("creationdate"), known.get("creation_time")))), (None, None)
    )
    facts = {
        "make": text(known.get("make") or known.get("manufacturer")),
        "model": text(known.get("model")),
        "software": text(known.get("software") or known.get("encoder")),
        "captured_at": captured_at,
        "offset": offset,
    }
    coordinates = _ISO_6709.match(known.get("location.iso6709") or known.get("location") or "")
    position = _position(float(coordinates[1]), float(coordinates[2])) if coordinates else {}
    return {name: value for name, value in facts.items() if value} | position


def _created(value: str | None) -> tuple[str, str | None] | None:
    """Read one of a container's times, with its offset if it says one; None if it is none or cannot be true."""
    claimed = text(value)
    captured_at = moment(claimed)
    if claimed is None or captured_at is None:
        return None
    offset = "+00:00" if claimed.endswith("Z") else utc_offset(claimed[19:])
    return (captured_at, offset) if is_plausible(captured_at, offset, until=datetime.now(UTC)) else None


def text(value: object) -> str | None:
    """Clean a metadata text: printable, one line, at most 200 characters; None if nothing is left."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    printable = "".join(c for c in value.split("\x00")[0] if c.isprintable() and c != "\ufffd")
    return printable.strip()[:_MAX_TEXT].strip() or None


def moment(value: str | None) -> str | None:
    """Read a local date and time into ISO 8601 without an offset; None if it is no real moment."""
    parts = _DATE_TIME.match(value or "")
    if not parts:
        return None
    try:
        year, month, day, hour, minute, second = (int(part) for part in parts.groups())
        return datetime(year, month, day, hour, minute, second).isoformat()
    except ValueError:
        return None


def utc_offset(value: str | None) -> str | None:
    """Read an offset from UTC into the form +02:00."""
    parts = re.search(_OFFSET, value or "")
    return f"{parts[1]}{parts[2]}:{parts[3]}" if parts and int(parts[2]) <= 14 and int(parts[3]) < 60 else None


def _part(exif: Image.Exif, which: ExifTags.IFD) -> dict[int, object]:
    try:
        return dict(exif.get_ifd(which))
    except BAD_METADATA:
        return {}


def _place(gps: Mapping[int, object]) -> Facts:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), negative=gps.get(ExifTags.GPS.GPSLatitudeRef) in ("S", b"S"))
    longitude = _degrees(
        gps.get(ExifTags.GPS.GPSLongitude), negative=gps.get(ExifTags.GPS.GPSLongitudeRef) in ("W", b"W")
    )
    return {} if latitude is None or longitude is None else _position(latitude, longitude)


def _position(latitude: float, longitude: float) -> Facts:
    # Cameras without a fix write exactly 0, 0.
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or (latitude == 0 and longitude == 0):
        return {}
    return {"latitude": round(latitude, 7), "longitude": round(longitude, 7)}


def _degrees(value: object, *, negative: bool) -> float | None:
    """Turn degrees, minutes and seconds into degrees."""
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in value)
    except BAD_METADATA:
        return None
    total = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(total):
        return None
    return -total if negative else total
