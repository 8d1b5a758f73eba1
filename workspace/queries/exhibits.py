"""One exhibit: what it is, how it may be handled, what its owner changed, and who looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.exchange.vics_case import VicsFile
from workspace.model.statements import Part, part_as, rows_as, statements
from workspace.queries.known import KnownOfExhibit, known_of_exhibit
from workspace.queries.sweeps import Sweeps, sweeps_of_exhibit
from workspace.rules.codes import PASSING, ClosingGround, ExhibitChanged, Handling
from workspace.rules.exercise import PlayedBy
from workspace.rules.leads import LeadKind

SQL = statements(__file__)
MOST_STEPS = 5000
"""Of a custody log on paper: the looks of 500 people on ten days."""
STEPS_OF_PAGE = 100
STEPS_AT_ONCE = 50
"""Of a paper, before others go on."""
MOST_FILES = 1000
MOST_PATHS = 20
MOST_TRACES = 50


@dataclass(frozen=True)
class ChangeOfExhibit:
    """A change by the owner. before, after: handling codes or sharings. ground: of closing it."""

    what: ExhibitChanged
    before: str
    after: str
    ground: ClosingGround | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class LooksOfOne:
    """How often one person lifted the veil of pictures of the exhibit. pictures: how many different files; role: what
    the person is now, None for who has left."""

    name: str
    played_by: PlayedBy
    country: str
    role: str | None
    first_at: datetime
    last_at: datetime
    times: int
    pictures: int


@dataclass(frozen=True)
class CheckOfOriginals:
    """The last check of an exhibit's originals. checked_at: None while the first is still to be done; wrong, missing:
    originals that are not what came, or are not there; paths: of the first of them, `more` if there are others.
    has_failed: the newest check could not be done."""

    asked_at: datetime
    checked_at: datetime | None
    files: int | None
    wrong: int
    missing: int
    is_under_way: bool
    has_failed: bool
    paths: list[str]
    more: bool


@dataclass(frozen=True)
class CustodyStep:
    """A step of an exhibit's custody. number: from 1, the oldest. kind: of the event; «media:viewed» gathers a
    person's looks of one day, `times` of them. name: Concord, where a service acted. reason: what a person wrote, where
    the viewer may see it."""

    number: int
    at: datetime
    kind: str
    name: str
    country: str
    played_by: PlayedBy
    payload: dict[str, Any]
    reason: str | None
    lead_number: int | None
    times: int


NO_STEPS: Part[CustodyStep] = Part([], 0)
"""Of an exhibit of another agency."""


@dataclass(frozen=True)
class TraceElsewhere:
    """What files of this exhibit have in common with other files of another exhibit of its agency. kind: of the lead
    that it would be between two agencies. key: one camera, lens or document,
    None where several documents are. named: the camera or lens, as a file writes it. media: files there, without
    copies of files here."""

    kind: LeadKind
    key: str | None
    named: str | None
    exhibit_id: UUID
    exhibit: str
    media: int


@dataclass(frozen=True)
class FailedWork:
    """What workers failed to do in every attempt, about so many files. kind: of job."""

    kind: str
    files: int


@dataclass(frozen=True)
class ExhibitPage:
    """An exhibit, what was changed after it was received, newest first, and who looked at its pictures: the owning
    agency reads of all, others of themselves. is_closing: it will be closed to others as soon as a worker has done it;
    where that goes part by part, `moved` of `moving` files have moved, and others see none of them already. known: what
    lists of known material say of its files. traces: the first MOST_TRACES of traces_of."""

    id: UUID
    operation_id: int
    label: str
    country: str
    kind: str
    case_reference: str
    custodian: str
    seized_by: str | None
    seized_on: date | None
    acquired_hash: str | None
    handling_code: Handling
    sharing: str
    received_at: datetime
    intake_ended_at: datetime | None
    is_own: bool
    is_closing: bool
    moving: int | None
    moved: int | None
    changes: list[ChangeOfExhibit]
    looks: list[LooksOfOne]
    check: CheckOfOriginals | None
    known: list[KnownOfExhibit]
    sweeps: Sweeps
    failed: list[FailedWork]
    traces: list[TraceElsewhere]
    traces_of: int


@dataclass(frozen=True)
class FileThatCame:
    """A file of the device that has its line. path: as it was sent."""

    path: str
    size_bytes: int
    received_at: datetime


@dataclass(frozen=True)
class ReceivedFiles:
    """A part of an exhibit's files; `more`: others stand after the last path."""

    files: list[FileThatCame]
    more: bool


def exhibit_page(session: Session, exhibit_id: UUID) -> ExhibitPage:
    """An exhibit with its changes.

    Raises:
        NotFound: there is no such exhibit for the viewer.
    """
    here = {"exhibit": exhibit_id}
    row = session.execute(SQL["facts"], here).one_or_none()
    if row is None:
        raise NotFound("There is no such exhibit.")
    traces = part_as(TraceElsewhere, session.execute(SQL["traces"], here | {"most": MOST_TRACES}))
    return ExhibitPage(
        **row._mapping,
        traces=traces.rows,
        traces_of=traces.of,
        changes=rows_as(ChangeOfExhibit, session.execute(SQL["changes"], here)),
        looks=rows_as(LooksOfOne, session.execute(SQL["looks"], here)),
        check=_last_check(session, exhibit_id),
        known=known_of_exhibit(session, exhibit_id),
        sweeps=sweeps_of_exhibit(session, exhibit_id),
        failed=rows_as(FailedWork, session.execute(SQL["failed"], {"exhibit": exhibit_id})),
    )


def custody_log(session: Session, exhibit_id: UUID) -> list[CustodyStep]:
    """Every step of an exhibit of one's own agency, oldest first.

    No more than one beyond MOST_STEPS.

    Raises:
        NotFound: the viewer's agency has no such exhibit.
    """
    return [step for part in custody_parts(session, exhibit_id) for step in part][::-1]


def custody_parts(session: Session, exhibit_id: UUID) -> Iterator[list[CustodyStep]]:
    """The same, the newest first and in parts, between which the web answers others.

    Raises:
        NotFound: as `custody_log`.
    """
    _require_own(session, exhibit_id)
    here = {"exhibit": exhibit_id, "upto": None, "most": MOST_STEPS + 1}
    found = session.execute(SQL["custody"], here, execution_options={"yield_per": STEPS_AT_ONCE})
    for part in found.partitions():
        yield part_as(CustodyStep, part).rows


def custody_part(
    session: Session, exhibit_id: UUID, *, upto: int | None = None, most: int = STEPS_OF_PAGE
) -> Part[CustodyStep]:
    """Some steps of an exhibit of one's own agency, oldest first, and how many there are: the newest, or those up to a
    number.

    Raises:
        NotFound: the viewer's agency has no such exhibit.
    """
    _require_own(session, exhibit_id)
    part = part_as(CustodyStep, session.execute(SQL["custody"], {"exhibit": exhibit_id, "upto": upto, "most": most}))
    return Part(part.rows[::-1], part.of)


def _require_own(session: Session, exhibit_id: UUID) -> None:
    row = session.execute(SQL["facts"], {"exhibit": exhibit_id}).one_or_none()
    if row is None or not row.is_own:
        raise NotFound("There is no such exhibit.")


def vics_files(session: Session, exhibit_id: UUID) -> Iterator[list[VicsFile]]:
    """Every content of an exhibit with its paths, as it is exported, a part at a time. Files that were refused have
    none."""
    found = session.execute(SQL["vics"], {"exhibit": exhibit_id}, execution_options={"yield_per": MOST_FILES})
    for part in found.partitions():
        yield rows_as(VicsFile, part)


def _last_check(session: Session, exhibit_id: UUID) -> CheckOfOriginals | None:
    asked = {"exhibit": exhibit_id, "one_more": MOST_PATHS + 1}
    row = session.execute(SQL["last_check"], asked).one_or_none()
    if row is None:
        return None
    facts = dict(row._mapping)
    paths = facts.pop("paths")
    return CheckOfOriginals(**facts, paths=paths[:MOST_PATHS], more=len(paths) > MOST_PATHS)


def received_files(session: Session, exhibit_id: UUID, *, after: str = "") -> ReceivedFiles:
    """Up to MOST_FILES files of an exhibit of one's own agency that came and need not come again, by their paths.

    after: the path after which the list goes on.

    Raises:
        NotFound: the viewer's agency has no such exhibit.
    """
    row = session.execute(SQL["facts"], {"exhibit": exhibit_id}).one_or_none()
    if row is None or not row.is_own:
        raise NotFound("There is no such exhibit.")
    asked = {"exhibit": exhibit_id, "after": after, "passing": list(PASSING), "one_more": MOST_FILES + 1}
    files = rows_as(FileThatCame, session.execute(SQL["received"], asked))
    return ReceivedFiles(files[:MOST_FILES], len(files) > MOST_FILES)
