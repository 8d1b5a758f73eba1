"""What else of a file is compared besides its camera: the lens that took it, and the document that it was made of.

A trace says that two files have a source in common, never who used it. What programs and cameras write where they know
nothing is no trace (`rules/cameras.py`).
"""

from __future__ import annotations

import re

from workspace.rules.cameras import NO_SERIAL, is_made_up, maker_key, serial_key
from workspace.rules.comparison import comparison_key

SHORTEST_DOCUMENT = 20
"""Signs of a document's number, which is drawn at random (XMP Specification part 2, GUIDs); a shorter one may be
anybody's."""
_SCHEMES = re.compile(r"^(?:(?:xmp\.(?:did|iid|oid)|adobe:docid:[a-z]+|urn|uuid|guid)[:.])+")


def lens_key(
    make: str | None, model: str | None, lens_make: str | None, lens: str | None, serial: str | None
) -> str | None:
    """Maker, type and serial number of a lens as lenses are compared; None if they name none.

    Makers number each type of lens by itself, so that the type belongs to it. make, model: of the camera, whose maker
    counts where the lens names none.
    """
    number = serial_key(serial, make, model, lens_make, lens)
    if number is None:
        return None
    maker, kind = maker_key(lens_make) or maker_key(make), re.sub(r"[\W_]+", "", comparison_key(lens or ""))
    return " ".join(filter(None, (maker, kind.removeprefix(re.sub(r"[\W_]+", "", maker)), number)))


def document_key(original: str | None, document: str | None) -> str | None:
    """The document that a file was made of, as such numbers are compared; None if the file names none.

    original: the first document of all that were made one out of another; document: this one, where it is the first.
    """
    return next(filter(None, map(_document, (original, document))), None)


def _document(written: str | None) -> str | None:
    plain = re.sub(r"[\W_]+", "", _SCHEMES.sub("", comparison_key(written or "")))
    if len(plain) < SHORTEST_DOCUMENT or plain in NO_SERIAL or is_made_up(plain):
        return None
    return plain
