"""What the islands in the browser are answered, as TypeScript: made from the schemas of the OpenAPI document.

`python -m workspace.web.typescript` writes the file (`make format` does so too); a test fails while it is not up to
date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workspace.commands.grades import GradedMedia
from workspace.commands.marks import MarkedMedia
from workspace.commands.persons_at_once import GivenFaces
from workspace.commands.proposals_at_once import ProposedAtOnce
from workspace.queries.board import Board, BoardPart
from workspace.queries.exhibits import ReceivedFiles
from workspace.queries.films import FilmPage, FrameIndex
from workspace.queries.gallery import GalleryChoices, GalleryCounts
from workspace.queries.grades import Grading, MediumGrades
from workspace.queries.half_uploads import HalfUploadLine
from workspace.queries.medium import MediumPage
from workspace.queries.regions import RegionChoice
from workspace.queries.texts import MediumTexts
from workspace.queries.threads import Readers
from workspace.queries.tiles import TilesOfPicture
from workspace.settings import ROOT
from workspace.web.api.boxes import MediumBoxes
from workspace.web.api.drafts import Keeping
from workspace.web.api.gallery import GalleryWindow
from workspace.web.api.series import PlacedInSeries
from workspace.web.api.threads import MediumTalk
from workspace.web.document import schemas_of
from workspace.web.lead_words import WordedLeadPage
from workspace.web.socket_messages import BoardMessage, PresenceMessage

FILE = ROOT / "frontend" / "src" / "shared" / "answers.ts"
KINDS = (
    *(Board, BoardPart, WordedLeadPage, BoardMessage, PresenceMessage, ReceivedFiles, HalfUploadLine, Keeping),
    *(GalleryWindow, GalleryCounts, GalleryChoices, MarkedMedia, PlacedInSeries, MediumPage, MediumTexts),
    *(Grading, MediumGrades, GradedMedia, FilmPage, FrameIndex, TilesOfPicture, MediumTalk, MediumBoxes, Readers),
    *(ProposedAtOnce, GivenFaces, RegionChoice),
)
"""What the board, the lead's page, the gallery, a medium's page, an upload and the keeping of drafts read; their parts
come along."""
HEAD = """\
/**
 * What the API answers to the board, the lead's page, the gallery, an upload and the keeping of drafts: made from the
 * server's dataclasses by `make format`, never by hand.
 * Times are ISO 8601 in UTC, days ISO 8601, ids texts.
 */
"""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
Schema = Mapping[str, Any]


def typescript() -> str:
    """The whole file."""
    _, parts = schemas_of(KINDS)
    return HEAD + "".join(f"\n{_interface(name, parts[name])}" for name in sorted(parts))


def _interface(name: str, schema: Schema) -> str:
    lines = [
        f"export interface {name} {{",
        *(f"  {field}: {_type(kind)};" for field, kind in schema["properties"].items()),
        "}",
    ]
    return "\n".join([*_comment(schema.get("description", "")), *lines, ""])


def _comment(text: str) -> Iterator[str]:
    if text:
        yield "/**"
        yield from (f" * {line}".rstrip() for line in text.splitlines())
        yield " */"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(code) for code in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if schema["type"] == "array":
        item = _type(schema["items"])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if schema["type"] == "object":
        return (
            f"Record<{_type(schema.get('propertyNames', {'type': 'string'}))}, {_type(schema['additionalProperties'])}>"
        )
    return PLAIN[schema["type"]]


if __name__ == "__main__":
    FILE.write_text(typescript(), encoding="utf-8")
