"""Read camera, time and place from an XMP packet; runs only in a confined child.

Only the few properties that are kept, by their usual prefixes, as attribute or as element: a packet that is no
well-formed XML still tells them, and no parser has to be trusted. XMP Specification part 2 and EXIF 2.32 for XMP name
them.
"""

from __future__ import annotations

import html
import math
import re

from workspace.analysis.sandbox.metadata import Facts, first_time, position, text

MAX_BYTES = 1 << 20
_NAMES = {
    "make": ("tiff:Make",),
    "model": ("tiff:Model",),
    "serial": ("exifEX:BodySerialNumber", "aux:SerialNumber"),
    "lens": ("exifEX:LensModel", "aux:Lens"),
    "lens_make": ("exifEX:LensMake",),
    "lens_serial": ("exifEX:LensSerialNumber", "aux:LensSerialNumber"),
    "software": ("xmp:CreatorTool", "tiff:Software"),
    "document": ("xmpMM:DocumentID",),
    "original_document": ("xmpMM:OriginalDocumentID",),
    "instance": ("xmpMM:InstanceID",),
}
_TIMES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "exif:DateTimeDigitized", "xmp:CreateDate")
_COORDINATE = re.compile(r"(\d{1,3})(?:,(\d{1,2}(?:\.\d+)?))?(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")


def xmp_facts(packet: object) -> Facts:
    """What an XMP packet says; nothing if it is none."""
    if isinstance(packet, str):
        packet = packet.encode()
    if not isinstance(packet, bytes) or not packet:
        return {}
    written = _decoded(packet[:MAX_BYTES])
    named = {
        fact: next(filter(None, (_property(written, name) for name in names)), None) for fact, names in _NAMES.items()
    }
    when = first_time(*(_property(written, name) for name in _TIMES))
    return {fact: value for fact, value in named.items() if value} | when | _place(written)


def _decoded(packet: bytes) -> str:
    """XMP is UTF-8, or UTF-16 and UTF-32, where every second or more byte is zero."""
    return packet.replace(b"\x00", b"").decode("utf-8", "replace")


def _property(written: str, name: str) -> str | None:
    found = re.search(
        rf"{name}\s*=\s*(?:\"([^\"]{{0,500}})\"|'([^']{{0,500}})')|<{name}(?:\s[^>]*)?>([^<]{{0,500}})<", written
    )
    return text(html.unescape(next(filter(None, found.groups()), ""))) if found else None


def _place(written: str) -> Facts:
    latitude, longitude = (_degrees(_property(written, f"exif:GPS{axis}")) for axis in ("Latitude", "Longitude"))
    return {} if latitude is None or longitude is None else position(latitude, longitude)


def _degrees(value: str | None) -> float | None:
    """Degrees, minutes and seconds with their side, as 12,2.78S or 12,2,47S."""
    parts = _COORDINATE.fullmatch(value or "")
    if not parts:
        return None
    numbers = [float(part or 0) for part in parts.groups()[:3]]
    if max(numbers[1:]) > 60:
        return None
    total = math.fsum(number / 60.0**power for power, number in enumerate(numbers))
    return -total if parts[4] in "SW" else total
