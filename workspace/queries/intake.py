"""The intake report: what came, what could be read, and what stands for the rest. It adds up, or it says that it
doesn't.

Figures count what the viewer's keys show. Received: lines of files. Waiting: not read yet. Refused: with a reason, by
intake or by
reading. Readable: read. Distinct: different contents (SHA-256) of one compartment among the readable. Groups to
look at: distinct contents less those that look like another of their compartment (PDQ).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model import Agency, Exhibit, Membership, Operation, User
from workspace.model.statements import rows_as, statements
from workspace.queries.known import KnownFiles, known_files
from workspace.queries.sweeps import Sweeps, sweeps_of_operation
from workspace.rules.codes import Handling

SQL = statements(__file__)

RATE_WINDOW_S = 60
"""The time left is estimated from what was read in so many seconds."""
PART = 500
"""Lines of a long list that are read at once."""


@dataclass(frozen=True)
class Counts:
    """The figures of one exhibit, or of all. `distinct` and `near_copies` are counted within compartments."""

    received: int
    readable: int
    refused: int
    waiting: int

    @property
    def adds_up(self) -> bool:
        """Whether every received file is readable, refused or waiting."""
        return self.received == self.readable + self.refused + self.waiting

    @property
    def handled(self) -> int:
        """Files about which nothing is open."""
        return self.readable + self.refused


@dataclass(frozen=True)
class ExhibitLine:
    """An exhibit with its figures. is_double: another of the country stood there first with the same label, written
    otherwise. known_elsewhere: how many of its files another country holds too, as a count only;
    None below 20 files and until its intake has ended. left_s: estimate; None while nothing moves."""

    id: UUID
    label: str
    country: str
    kind: str
    case_reference: str
    handling_code: str
    sharing: str
    was_prepared: bool
    received_at: datetime
    is_double: bool
    intake_ended_at: datetime | None
    intake_failure: str | None
    counts: Counts
    known_elsewhere: int | None
    left_s: int | None
    is_mine: bool

    @property
    def is_done(self) -> bool:
        """Whether its intake has ended and all of it was handled."""
        return self.intake_ended_at is not None and self.counts.waiting == 0


@dataclass(frozen=True)
class RefusedLine:
    """A reason for refusing with how many files it met and where."""

    reason: str
    files: int
    exhibits: tuple[str, ...]


@dataclass(frozen=True)
class UnseenLine:
    """A part that files may have (`vocabulary.UNSEEN`), and in how many it was not looked at."""

    part: str
    files: int


@dataclass(frozen=True)
class IntakeReport:
    """The report of an operation as one viewer sees it. partly_read: files of which only a part was looked at,
    unseen: how many by what was not. archives: those that were opened; their files are counted like all.
    known_elsewhere: different contents, of the exhibits that have a count; None where none has. left_s: estimate; None
    while nothing moves."""

    as_of: datetime
    counts: Counts
    distinct: int
    archives: int
    near_copies: int
    faces: int
    with_faces: int
    partly_read: int
    unseen: tuple[UnseenLine, ...]
    sweeps: Sweeps
    known: KnownFiles
    known_elsewhere: int | None
    refused: tuple[RefusedLine, ...]
    exhibits: tuple[ExhibitLine, ...]
    left_s: int | None

    @property
    def exact_copies(self) -> int:
        """Readable files whose content stands once already."""
        return self.counts.readable - self.distinct

    @property
    def groups(self) -> int:
        """What there is to look at: an archive is looked at in its files, and what a list says need not be read is
        not looked at."""
        return self.distinct - self.archives - self.near_copies - self.known.unread


@dataclass(frozen=True)
class RegisterLine:
    """A register with its figures. is_double: another of the country stood there first with the same name, written
    otherwise. doubles: entries whose numbers differ in spelling alone, each group as one text."""

    id: UUID
    name: str
    country: str
    legal_source: str
    attested_by: str
    attested_at: datetime
    retain_until: date | None
    handling_code: Handling
    is_double: bool
    entries: int
    closed: int
    portraits: int
    read: int
    refused: int
    faces: int
    doubles: list[str]


@dataclass(frozen=True)
class RefusedFile:
    """A file that was not taken or could not be read. label: of its exhibit; sha256: None where it was not received."""

    label: str
    path: str
    size_bytes: int
    sha256: bytes | None
    reason: str


@dataclass(frozen=True)
class Bringer:
    """A person who may bring in material."""

    id: int
    name: str


@dataclass(frozen=True)
class Material:
    """What came, as far as the viewer sees it: files by what became of them, different contents of a compartment, and
    faces, of which those of one track are one."""

    counts: Counts
    distinct: int
    faces: int


def material(session: Session, operation_id: int) -> Material:
    """The figures of the intake report that other pages show too."""
    exhibits = session.execute(SQL["exhibits"], {"operation": operation_id})
    totals = session.execute(SQL["totals"], {"operation": operation_id}).one()
    counts = _sum(Counts(row.received, row.readable, row.refused, row.waiting) for row in exhibits)
    return Material(counts, totals.distinct_items, totals.faces)


def intake_report(session: Session, operation_id: int) -> IntakeReport:
    """The intake report of an operation, exhibits under way first."""
    as_of: datetime = session.execute(select(func.now())).scalar_one()
    rate = _rate_per_s(session, operation_id)
    elsewhere = {
        row.exhibit_id: row.files for row in session.execute(SQL["known_elsewhere"], {"operation": operation_id})
    }
    exhibits = tuple(
        _exhibit(row, rate, elsewhere.get(row.id))
        for row in session.execute(SQL["exhibits"], {"operation": operation_id})
    )
    totals = session.execute(SQL["totals"], {"operation": operation_id}).one()
    counts = _sum(each.counts for each in exhibits)
    return IntakeReport(
        as_of=as_of,
        counts=counts,
        distinct=totals.distinct_items,
        archives=totals.archives,
        near_copies=totals.distinct_items - _groups(session, operation_id, totals.distinct_items),
        faces=totals.faces,
        with_faces=totals.with_faces,
        partly_read=totals.partly_read,
        unseen=tuple(rows_as(UnseenLine, session.execute(SQL["unseen"], {"operation": operation_id}))),
        sweeps=sweeps_of_operation(session, operation_id),
        known=known_files(session, operation_id),
        known_elsewhere=elsewhere.get(None),
        refused=_refused(session, operation_id),
        exhibits=exhibits,
        left_s=_left(totals.waiting_items, rate),
    )


def exhibit_line(session: Session, exhibit_id: UUID) -> ExhibitLine:
    """One exhibit with its figures. Raises: NotFound."""
    operation_id = session.scalars(select(Exhibit.operation_id).where(Exhibit.id == exhibit_id)).one_or_none()
    if operation_id is None:
        raise NotFound("There is no such exhibit.")
    row = session.execute(SQL["exhibit"], {"exhibit": exhibit_id}).one()
    return _exhibit(row, _rate_per_s(session, operation_id), row.known_elsewhere)


def exhibit_by_label(session: Session, operation_id: int, country: str, label: str) -> UUID | None:
    """The id of a country's exhibit by its label, as far as the viewer may see it."""
    return session.scalars(
        select(Exhibit.id).filter_by(operation_id=operation_id, country=country, label=label)
    ).one_or_none()


def exhibit_operation(session: Session, exhibit_id: UUID) -> int:
    """The operation of an exhibit. Raises: NotFound."""
    operation_id = session.scalars(select(Exhibit.operation_id).where(Exhibit.id == exhibit_id)).one_or_none()
    if operation_id is None:
        raise NotFound("There is no such exhibit.")
    return operation_id


def refused_files(session: Session, operation_id: int) -> Iterator[list[RefusedFile]]:
    """Every refused file, by exhibit and path, a part at a time."""
    found = session.execute(SQL["refused_files"], {"operation": operation_id}, execution_options={"yield_per": PART})
    for part in found.partitions():
        yield rows_as(RefusedFile, part)


def registers(session: Session, operation_id: int) -> list[RegisterLine]:
    """The registers that the viewer may see, by country and name."""
    return rows_as(RegisterLine, session.execute(SQL["registers"], {"operation": operation_id}))


def is_exercise(session: Session, operation_id: int) -> bool:
    """Whether an operation is an exercise; a strange one is none. Workers' role."""
    return bool(session.scalars(select(Operation.is_exercise).where(Operation.id == operation_id)).one_or_none())


def who_brings_in(session: Session, operation_id: int, country: str, roles: Iterable[str]) -> list[Bringer]:
    """The people of a country who may bring in material: the command line acts as one of them. Workers' role."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == User.agency_id)
        .where(Membership.operation_id == operation_id, Agency.country == country, Membership.role.in_(list(roles)))
        .where(User.disabled_at.is_(None), Membership.ends_at.is_(None) | (Membership.ends_at > func.now()))
        .order_by(Membership.role, User.id)
    )
    return [Bringer(row.id, row.name) for row in rows]


def _exhibit(row: Row[Any], rate: float, known_elsewhere: int | None) -> ExhibitLine:
    counts = Counts(row.received, row.readable, row.refused, row.waiting)
    return ExhibitLine(
        id=row.id,
        label=row.label,
        country=row.country,
        kind=row.kind,
        case_reference=row.case_reference,
        handling_code=row.handling_code,
        sharing=row.sharing,
        was_prepared=row.was_prepared,
        received_at=row.received_at,
        is_double=row.is_double,
        intake_ended_at=row.intake_ended_at,
        intake_failure=row.intake_failure,
        counts=counts,
        known_elsewhere=known_elsewhere,
        left_s=_left(row.waiting, rate),
        is_mine=row.is_mine,
    )


def _sum(parts: Iterable[Counts]) -> Counts:
    counts = list(parts)
    return Counts(
        received=sum(each.received for each in counts),
        readable=sum(each.readable for each in counts),
        refused=sum(each.refused for each in counts),
        waiting=sum(each.waiting for each in counts),
    )


def _rate_per_s(session: Session, operation_id: int) -> float:
    """Media read a second lately. The first and the last tell the time that passed, so that a start is not taken for
    slowness."""
    row = session.execute(SQL["rate"], {"operation": operation_id, "window": RATE_WINDOW_S}).one()
    return row.items / max(float(row.seconds), 1.0) if row.items >= 2 else 0.0


def _left(waiting: int, rate: float) -> int | None:
    if not waiting:
        return 0
    return round(waiting / rate) if rate else None


def _groups(session: Session, operation_id: int, distinct: int) -> int:
    """How many groups remain when media that look alike, directly or through others, count once."""
    pairs = session.execute(SQL["near"], {"operation": operation_id}).all()
    leader: dict[int, int] = {}

    def find(item: int) -> int:
        while (above := leader.setdefault(item, item)) != item:
            leader[item] = item = leader[above]
        return item

    joined = 0
    for first, second in pairs:
        a, b = find(first), find(second)
        if a != b:
            leader[a] = b
            joined += 1
    return distinct - joined


def _refused(session: Session, operation_id: int) -> tuple[RefusedLine, ...]:
    where: dict[str, dict[str, int]] = defaultdict(dict)
    for row in session.execute(SQL["refused"], {"operation": operation_id}):
        where[row.reason][row.label] = row.files
    lines = [RefusedLine(reason, sum(by.values()), tuple(sorted(by))) for reason, by in where.items()]
    return tuple(sorted(lines, key=lambda line: (-line.files, line.reason)))
