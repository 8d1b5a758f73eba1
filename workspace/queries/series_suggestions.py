"""Suggested series: persons of the viewer's own agency that have something in common, and why; nothing is decided.

Only the own agency's material is looked at, so that a suggestion tells of nothing that the viewer cannot see; and only
a part of it, so that it costs the same in a large operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.codes import SUGGESTION_GROUNDS, SuggestionGround

SQL = statements(__file__)
MOST_PERSONS = 400
"""How many persons are looked at: those in no series first, with the most faces."""
MOST_GROUP = 40
"""A camera that took more persons than this says little."""
MOST_GROUPS = 400
MOST_SUGGESTED = 30


@dataclass(frozen=True)
class SuggestedPerson:
    """A person, with its best face."""

    id: UUID
    number: int
    face_id: UUID | None


@dataclass(frozen=True)
class SuggestionReason:
    """Why persons may be one series. detail: the camera, or the device, folder and day; as files state it."""

    why: SuggestionGround
    detail: str | None


@dataclass(frozen=True)
class SeriesSuggestion:
    """Persons that may be a series, or of the one that is named."""

    persons: list[SuggestedPerson]
    series_id: UUID | None
    series: int | None
    label: str | None
    reasons: list[SuggestionReason]


@dataclass(frozen=True)
class SuggestedSeries:
    """The suggestions with the most reasons first. more: there are others, once these are answered."""

    suggestions: list[SeriesSuggestion]
    more: bool


@dataclass(frozen=True)
class _Named:
    id: UUID
    number: int
    label: str


Found = tuple[frozenset[UUID], UUID | None]


def suggested_series(session: Session, operation_id: int) -> SuggestedSeries:
    """What may be a series, of the viewer's own agency's material, without what somebody has refused."""
    asked = {"operation": operation_id, "most_persons": MOST_PERSONS, "most_group": MOST_GROUP}
    rows = session.execute(SQL["groups"], asked | {"one_more": MOST_GROUPS + 1}).all()
    found: dict[Found, set[SuggestionReason]] = {}
    for row in rows:
        series = row.series or []
        if len(series) > 1 or (not series and len(row.persons) < 2):
            continue
        key = (frozenset(row.persons), series[0] if series else None)
        found.setdefault(key, set()).add(SuggestionReason(row.why, row.detail))
    refused = [
        (frozenset(row.persons), row.series_id) for row in session.execute(SQL["refused"], {"operation": operation_id})
    ]
    live = {key: why for key, why in found.items() if not _is_refused(key, refused)}
    order = sorted(live, key=lambda key: (-len({each.why for each in live[key]}), -len(key[0]), str(sorted(key[0]))))
    shown = order[:MOST_SUGGESTED]
    persons = _persons(session, (each for key in shown for each in key[0]))
    named = _series(session, (key[1] for key in shown if key[1]))
    suggestions = [
        SeriesSuggestion(
            sorted((persons[each] for each in key[0] if each in persons), key=lambda person: person.number),
            key[1],
            named[key[1]].number if key[1] in named else None,
            named[key[1]].label if key[1] in named else None,
            sorted(live[key], key=lambda reason: (SUGGESTION_GROUNDS.index(reason.why), reason.detail or ""))[:6],
        )
        for key in shown
        if key[1] is None or key[1] in named
    ]
    return SuggestedSeries(suggestions, len(order) > MOST_SUGGESTED or len(rows) > MOST_GROUPS)


def _is_refused(key: Found, refused: Iterable[Found]) -> bool:
    """Whether somebody refused these persons, or more of them, for the same series."""
    return any(key[1] == series and key[0] <= persons for persons, series in refused)


def _persons(session: Session, ids: Iterable[UUID]) -> dict[UUID, SuggestedPerson]:
    rows = session.execute(SQL["persons"], {"ids": list(ids)})
    return {each.id: each for each in rows_as(SuggestedPerson, rows)}


def _series(session: Session, ids: Iterable[UUID]) -> dict[UUID | None, _Named]:
    rows = session.execute(SQL["series"], {"ids": list(ids)})
    return {each.id: each for each in rows_as(_Named, rows)}
