"""What a search's page and its REST route have in common: compare, and record what is shown before it is shown.

The thresholds are those that two countries agreed on, else the numbers in the manifest of the face pack in use. No
model is loaded here: analysis/pack.py verifies a pack before a model of it is used; the web compares vectors that are
in the rows already.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import Field, ValidationError
from sqlalchemy.orm import Session

from workspace.commands.searches import Reason, record_search, require_probe
from workspace.commands.shown import note_sights
from workspace.errors import Conflict, NotFound, Unavailable
from workspace.queries.search import (
    MOST_RANKED,
    NO_FILTER,
    MadeSearch,
    SearchFilter,
    find_faces,
    not_yet_noted,
    probe,
)
from workspace.queries.search_answer import MeasuredRate, SearchAnswer, Thresholds
from workspace.queries.thresholds import agreed_calibrations, thresholds_in
from workspace.rules.calibration import SAME_COSINE, Calibration, read_calibrations
from workspace.rules.codes import AGE_BANDS, SEARCH_SETS, AgeBand, Quality, SearchSet
from workspace.rules.searches import require_sets
from workspace.web.bodies import Query
from workspace.web.context import current_settings, reading, writing
from workspace.web.shown import NewSights, note_own_sights, show

MOST_COUNTRIES = 300


def _several(*codes: str) -> str:
    one = "|".join(codes)
    return rf"^(({one})(,({one}))*)?$"


@dataclass(frozen=True)
class Asked:
    """Which list is shown: of which face, in what, narrowed to what, and how long."""

    face_id: UUID
    sets: Collection[SearchSet]
    min_score: float | None = None
    narrowed: SearchFilter = NO_FILTER
    most: int = MOST_RANKED


class NarrowedSearch(Query):
    """What a search's list is narrowed to: what is not given narrows nothing, and what is given holds together.

    country, quality, age: several with commas. seen_from, seen_to: days of the files, of an entry the day since which
    somebody is missing; both within. age: whose age nobody knows stays. place: the country of the files' places.
    """

    country: str = Field("", pattern=r"^([A-Z]{2}(,[A-Z]{2})*)?$", max_length=MOST_COUNTRIES)
    exhibit: UUID | None = None
    seen_from: date | None = None
    seen_to: date | None = None
    quality: str = Field("", pattern=_several("good", "usable", "poor"), max_length=60)
    age: str = Field("", pattern=_several(*AGE_BANDS), max_length=60)
    place: str | None = Field(None, pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|sea)$")

    def narrowed(self) -> SearchFilter:
        """As the queries take it."""
        qualities: list[Quality] = [each for each in ("good", "usable", "poor") if each in self.quality.split(",")]
        ages: list[AgeBand] = [each for each in AGE_BANDS if each in self.age.split(",")]
        return SearchFilter(
            countries=self.country.split(",") if self.country else None,
            exhibit=self.exhibit,
            seen_from=self.seen_from,
            seen_to=self.seen_to,
            quality=qualities or None,
            age=ages or None,
            place=self.place,
        )


NARROWED_BY = tuple(NarrowedSearch.model_fields)
"""The names by which an address narrows a list."""


def narrowed_in(address: Mapping[str, str]) -> SearchFilter:
    """What a page's address narrows a list to; what cannot be understood in it is left out."""
    found: dict[str, Any] = {}
    for name in NARROWED_BY:
        given = address.get(name, "")
        with suppress(ValidationError):
            found |= NarrowedSearch.model_validate({name: given}).model_dump(include={name}) if given else {}
    return NarrowedSearch.model_construct(**found).narrowed()


def make_search(
    operation_id: int,
    face_id: UUID,
    reason: Reason,
    *,
    sets: Collection[SearchSet] = SEARCH_SETS,
    min_score: float | None = None,
) -> tuple[UUID, SearchAnswer]:
    """Search and record it; the answer is given only once it is on record.

    Raises:
        Invalid: the reason is not complete, or no set is chosen; nothing is compared then. NotFound: there is no such
            face in this operation.
    """
    require_sets(sets)
    with writing(is_check=True) as tx:
        (require_probe(tx, face_id).reason or reason).require()
    asked = Asked(face_id, sets, min_score=min_score)
    answer, new = _compare(operation_id, asked)
    with writing() as tx:
        search_id = record_search(
            tx, face_id, reason, threshold=answer.floor, searched=answer.searched, found=answer.count, sets=sets
        )
        note_sights(tx, operation_id, bands=new.bands, scores=new.scores)
    again = replace(asked, min_score=answer.floor)
    return search_id, look_again(operation_id, again) if new else answer


def require_open(made: MadeSearch) -> None:
    """Pass if the list of a search on record may be looked at now.

    Raises:
        Conflict: its hour is over. Forbidden, Closed, NotFound: as for a new search.
    """
    if not made.is_valid:
        raise Conflict("This list was made more than an hour ago. State the reason again to search again.")
    with writing(is_check=True) as tx:
        require_probe(tx, made.probe_face_id)


def asked_by(made: MadeSearch, *, narrowed: SearchFilter = NO_FILTER, most: int = MOST_RANKED) -> Asked:
    """What the list of a search on record shows."""
    return Asked(made.probe_face_id, made.sets, min_score=made.threshold, narrowed=narrowed, most=most)


def look_again(operation_id: int, asked: Asked) -> SearchAnswer:
    """The list of a search on record, as the leads stand now; what is newly shown is recorded first."""
    return show(lambda: _compare(operation_id, asked), note_own_sights)


def thresholds_of(session: Session, operation_id: int, pack_dir: Path, model_digest: str) -> Thresholds:
    """The thresholds in force in an operation for the recogniser with this SHA-256, and the error rates where they were
    measured.

    Raises:
        Unavailable: the pack in use has another recogniser, or there is none: its numbers would mean nothing here.
    """
    manifest = _manifest(pack_dir)
    if _recogniser(manifest) != model_digest:
        raise Unavailable("This face was read with another face pack than the one in use.", reason="other_pack")
    agreed, stated = thresholds_in(session, operation_id, model_digest), manifest["thresholds"]
    lead, strong = (agreed.lead, agreed.strong) if agreed else (float(stated["lead"]), float(stated["strong"]))
    measured = [
        each for each in known_calibrations(session, operation_id, pack_dir) if each.recogniser_sha256 == model_digest
    ]
    own = next((each for each in measured if abs(each.lead.cosine - lead) < SAME_COSINE), next(iter(measured), None))
    if own is None:
        return Thresholds(lead, strong)
    rates = [
        MeasuredRate(point.cosine, point.false_accepts.rate, point.false_rejects.rate)
        for point in (own.lead, own.strong)
    ]
    return Thresholds(lead, strong, tuple(rates), own.measured)


def threshold_of_pack(session: Session, operation_id: int, pack_dir: Path) -> tuple[str, Thresholds] | None:
    """The recogniser of the pack in use, and the thresholds in force for it; None where there is no pack."""
    digest = _recogniser(_manifest(pack_dir))
    return (digest, thresholds_of(session, operation_id, pack_dir, digest)) if digest else None


def known_calibrations(session: Session, operation_id: int, pack_dir: Path) -> list[Calibration]:
    """What was measured of thresholds: first what the operation agreed on, then what the pack's manifest states."""
    return [*agreed_calibrations(session, operation_id), *stated_calibrations(pack_dir)]


def stated_calibrations(pack_dir: Path) -> list[Calibration]:
    """What the manifest of the pack in use states, the newest first; none where it cannot be read, which the workers
    refuse with the reason."""
    try:
        return read_calibrations(_manifest(pack_dir))
    except ValueError:
        return []


def _manifest(pack_dir: Path) -> Mapping[str, Any]:
    path = pack_dir / "manifest.json"
    return json.loads(path.read_bytes()) if path.is_file() else {}


def _recogniser(manifest: Mapping[str, Any]) -> str | None:
    return manifest.get("tasks", {}).get("recognition", {}).get("sha256")  # type: ignore[no-any-return]


def _compare(operation_id: int, asked: Asked) -> tuple[SearchAnswer, NewSights]:
    """The answer, and what it shows for the first time. Raises: NotFound, Unavailable."""
    with reading() as view:
        known = probe(view.session, asked.face_id)
        if known.operation_id != operation_id:
            raise NotFound("There is no such face in this operation.")
        thresholds = thresholds_of(view.session, operation_id, current_settings().pack_dir, known.model_digest)
        answer = find_faces(
            view.session,
            known,
            thresholds,
            sets=asked.sets,
            narrowed=asked.narrowed,
            min_score=asked.min_score,
            most=asked.most,
        )
        new = not_yet_noted(view.session, answer)
    return answer, NewSights(operation_id, new.bands, new.scores)
