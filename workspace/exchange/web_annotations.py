"""Notes and comments in the shape of the W3C Web Annotation Data Model (https://www.w3.org/TR/annotation-model/).

An annotation names the country of who wrote it and no person. A source is an id inside the operation: the picture
itself does not leave. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
FRAGMENTS = "http://www.w3.org/TR/media-frags/"


@dataclass(frozen=True)
class SaidThere:
    """A note or a comment. source: the face, medium or lead that it is about; scope: the medium in which that face is.
    thread_id: the comment that it answers. box: as in the rows, in per cent. at_s, until_s: seconds."""

    id: UUID
    thread_id: UUID | None
    body: str
    language: str | None
    country: str
    created_at: datetime
    changed_at: datetime
    source: UUID
    scope: UUID | None
    box: dict[str, str] | None
    at_s: float | None
    until_s: float | None
    is_note: bool


def annotation_page(about: UUID, said: Iterable[SaidThere]) -> bytes:
    """The JSON-LD of all of them, an AnnotationPage. about: the lead or medium."""
    items = [_annotation(each) for each in said]
    page = {"@context": CONTEXT, "id": _urn(about), "type": "AnnotationPage", "startIndex": 0, "items": items}
    return json.dumps(page, ensure_ascii=False, indent=1).encode()


def _annotation(said: SaidThere) -> dict[str, Any]:
    body = {"type": "TextualBody", "value": said.body, "format": "text/plain"}
    if said.language:
        body["language"] = said.language
    return {
        "id": _urn(said.id),
        "type": "Annotation",
        "motivation": "describing" if said.is_note else "replying" if said.thread_id else "commenting",
        "creator": {"type": "Organization", "name": said.country},
        "created": said.created_at.isoformat(),
        "modified": said.changed_at.isoformat(),
        "body": body,
        "target": _target(said),
    }


def _target(said: SaidThere) -> str | dict[str, Any]:
    """What it is about; with a place in it, a specific resource with a selector by media fragments."""
    if said.thread_id is not None:
        return _urn(said.thread_id)
    fragment = _fragment(said)
    if fragment is None and said.scope is None:
        return _urn(said.source)
    target: dict[str, Any] = {"type": "SpecificResource", "source": _urn(said.source)}
    if said.scope is not None:
        target["scope"] = _urn(said.scope)
    if fragment is not None:
        target["selector"] = {"type": "FragmentSelector", "conformsTo": FRAGMENTS, "value": fragment}
    return target


def _fragment(said: SaidThere) -> str | None:
    parts = [said.box["value"]] if said.box else []
    if said.at_s is not None:
        parts.append(f"t={said.at_s:g}" + ("" if said.until_s is None else f",{said.until_s:g}"))
    return "&".join(parts) or None


def _urn(thing: UUID) -> str:
    return f"urn:uuid:{thing}"
