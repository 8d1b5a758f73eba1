"""The intake report: what came, what could be read, and what stands for the rest. It adds up, or it says that it
doesn't.

Figures count what the viewer's keys show. Received: lines of files. Waiting: not read yet. Refused: with a reason, by
intake or by
reading. Readable: read. Distinct: different contents (SHA-256) of one compartment among the readable. Groups to
look at: distinct contents less those that look like another of their compartment (PDQ).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model import Agency, Exhibit, Membership, Operation, User

RATE_WINDOW_S = 60
"""The time left is estimated from what was read in so many seconds."""


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
    """An exhibit with its figures. known_elsewhere: how many of its files another country holds too, as a count only;
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
    unseen: how many by what was not.
    known_elsewhere: different contents, of the exhibits that have a count; None where none has. left_s: estimate; None
    while nothing moves."""

    as_of: datetime
    counts: Counts
    distinct: int
    near_copies: int
    faces: int
    with_faces: int
    partly_read: int
    unseen: tuple[UnseenLine, ...]
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
        """What there is to look at."""
        return self.distinct - self.near_copies


@dataclass(frozen=True)
class RegisterLine:
    """A register with its figures. doubles: entries whose numbers differ in spelling alone, each group as one text."""

    id: UUID
    name: str
    country: str
    legal_source: str
    attested_by: str
    attested_at: datetime
    retain_until: date | None
    entries: int
    closed: int
    portraits: int
    read: int
    refused: int
    faces: int
    doubles: list[str]


def intake_report(session: Session, operation_id: int) -> IntakeReport:
    """The intake report of an operation, exhibits under way first."""
    as_of: datetime = session.execute(select(func.now())).scalar_one()
    rate = _rate_per_s(session, operation_id)
    exhibits = tuple(_exhibit(row, rate) for row in session.execute(text(_EXHIBITS), {"operation": operation_id}))
    totals = session.execute(text(_TOTALS), {"operation": operation_id}).one()
    counts = _sum(each.counts for each in exhibits)
    return IntakeReport(
        as_of=as_of,
        counts=counts,
        distinct=totals.distinct_items,
        near_copies=totals.distinct_items - _groups(session, operation_id, totals.distinct_items),
        faces=totals.faces,
        with_faces=totals.with_faces,
        partly_read=totals.partly_read,
        unseen=tuple(UnseenLine(*row) for row in session.execute(text(_UNSEEN), {"operation": operation_id})),
        known_elsewhere=totals.known_elsewhere,
        refused=_refused(session, operation_id),
        exhibits=exhibits,
        left_s=_left(totals.waiting_items, rate),
    )


def exhibit_line(session: Session, exhibit_id: UUID) -> ExhibitLine:
    """One exhibit with its figures. Raises: NotFound."""
    operation_id = session.scalars(select(Exhibit.operation_id).where(Exhibit.id == exhibit_id)).one_or_none()
    if operation_id is None:
        raise NotFound("There is no such exhibit.")
    row = session.execute(text(_ONE_EXHIBIT), {"operation": operation_id, "exhibit": exhibit_id}).one()
    return _exhibit(row, _rate_per_s(session, operation_id))


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


def refused_files(session: Session, operation_id: int) -> list[tuple[str, str, int, str, str]]:
    """Every refused file: exhibit, path, size in bytes, SHA-256 in hex where it was received, reason."""
    rows = session.execute(text(_REFUSED_FILES), {"operation": operation_id}).all()
    return [(row.label, row.path, row.size_bytes, row.sha256.hex() if row.sha256 else "", row.reason) for row in rows]


def registers(session: Session, operation_id: int) -> list[RegisterLine]:
    """The registers that the viewer may see, by country and name."""
    rows = session.execute(text(_REGISTERS), {"operation": operation_id})
    return [RegisterLine(**row._mapping) for row in rows]


def is_exercise(session: Session, operation_id: int) -> bool:
    """Whether an operation is an exercise; a strange one is none. Workers' role."""
    return bool(session.scalars(select(Operation.is_exercise).where(Operation.id == operation_id)).one_or_none())


def who_brings_in(session: Session, operation_id: int, country: str, roles: Iterable[str]) -> list[tuple[int, str]]:
    """Id and name of each person of a country who may bring in material: the command line acts as one. Workers'
    role."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == User.agency_id)
        .where(Membership.operation_id == operation_id, Agency.country == country, Membership.role.in_(list(roles)))
        .where(User.disabled_at.is_(None), Membership.ends_at.is_(None) | (Membership.ends_at > func.now()))
        .order_by(Membership.role, User.id)
    )
    return [(row.id, row.name) for row in rows]


def _exhibit(row: Row[Any], rate: float) -> ExhibitLine:
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
        intake_ended_at=row.intake_ended_at,
        intake_failure=row.intake_failure,
        counts=counts,
        known_elsewhere=row.known_elsewhere,
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
    row = session.execute(text(_RATE), {"operation": operation_id, "window": RATE_WINDOW_S}).one()
    return row.items / max(float(row.seconds), 1.0) if row.items >= 2 else 0.0


def _left(waiting: int, rate: float) -> int | None:
    if not waiting:
        return 0
    return round(waiting / rate) if rate else None


def _groups(session: Session, operation_id: int, distinct: int) -> int:
    """How many groups remain when media that look alike, directly or through others, count once."""
    pairs = session.execute(text(_NEAR), {"operation": operation_id}).all()
    leader: dict[UUID, UUID] = {}

    def find(item: UUID) -> UUID:
        while leader.setdefault(item, item) != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
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
    for row in session.execute(text(_REFUSED), {"operation": operation_id}):
        where[row.reason][row.label] = row.files
    lines = [RefusedLine(reason, sum(by.values()), tuple(sorted(by))) for reason, by in where.items()]
    return tuple(sorted(lines, key=lambda line: (-line.files, line.reason)))


_EXHIBIT_ROW = """
select e.id, e.label, e.country, e.kind, e.case_reference, e.handling_code, c.sharing, e.was_prepared, e.received_at,
  e.intake_ended_at, e.intake_failure, c.agency_id = (select my_agency()) as is_mine,
  coalesce(f.received, 0) as received, coalesce(f.readable, 0) as readable, coalesce(f.refused, 0) as refused,
  coalesce(f.waiting, 0) as waiting, known_elsewhere(array[e.id]) as known_elsewhere
from exhibit e join compartment c on c.id = e.compartment_id
left join (
  select r.exhibit_id, count(*) as received, count(*) filter (where r.refusal is null and m.state = 'read') as readable,
    count(*) filter (where r.refusal is not null or m.state = 'refused') as refused,
    count(*) filter (where r.refusal is null and m.state = 'waiting') as waiting
  from received_file r left join media_item m on m.id = r.media_item_id
  where r.operation_id = :operation group by r.exhibit_id) f on f.exhibit_id = e.id
where e.operation_id = :operation"""

_EXHIBITS = f"""{_EXHIBIT_ROW}
order by (e.intake_ended_at is not null and coalesce(f.waiting, 0) = 0), e.received_at desc, e.label"""

_ONE_EXHIBIT = f"{_EXHIBIT_ROW} and e.id = :exhibit"

_TOTALS = """
select count(*) filter (where m.state = 'read') as distinct_items, count(*) filter (where m.state = 'waiting') as waiting_items,
  count(*) filter (where m.state = 'read' and m.unseen <> '{}')::int as partly_read,
  coalesce(sum(f.faces), 0)::int as faces, count(f.faces)::int as with_faces,
  known_elsewhere(array(select id from exhibit where operation_id = :operation)) as known_elsewhere
from media_item m left join (select media_item_id, count(*) as faces from face where operation_id = :operation group by 1) f
  on f.media_item_id = m.id
where m.operation_id = :operation and m.register_entry_id is null"""

_UNSEEN = """
select part, count(*)::int as files from media_item m, unnest(m.unseen) part
where m.operation_id = :operation and m.register_entry_id is null and m.state = 'read' group by part order by 2 desc, 1"""

_RATE = """
select count(*)::int as items, coalesce(extract(epoch from max(read_at) - min(read_at)), 0) as seconds
from media_item where operation_id = :operation and read_at > now() - make_interval(secs => :window)"""

_NEAR = """
select n.media_item_id, n.like_id from near_copy n where n.operation_id = :operation"""

_REFUSED = """
select coalesce(r.refusal, m.refusal) as reason, e.label, count(*)::int as files
from received_file r join exhibit e on e.id = r.exhibit_id left join media_item m on m.id = r.media_item_id
where r.operation_id = :operation and (r.refusal is not null or m.state = 'refused') group by 1, 2"""

_REFUSED_FILES = """
select e.label, r.path, r.size_bytes, r.sha256, coalesce(r.refusal, m.refusal) as reason
from received_file r join exhibit e on e.id = r.exhibit_id left join media_item m on m.id = r.media_item_id
where r.operation_id = :operation and (r.refusal is not null or m.state = 'refused') order by e.label, r.path"""

_REGISTERS = """
select g.id, g.name, g.country, g.legal_source, u.name as attested_by, g.attested_at, g.retain_until,
  (select count(*)::int from register_entry e where e.register_id = g.id) as entries,
  (select count(*)::int from register_entry e where e.register_id = g.id and e.is_closed) as closed,
  count(m.id)::int as portraits, count(m.id) filter (where m.state = 'read')::int as read,
  count(m.id) filter (where m.state = 'refused')::int as refused,
  (select count(*)::int from face f join register_entry e on e.id = f.register_entry_id where e.register_id = g.id) as faces,
  array(select string_agg(e.number, ' = ' order by e.created_at, e.number) from register_entry e where e.register_id = g.id
    group by e.number_key having count(*) > 1 order by 1) as doubles
from register g join app_user u on u.id = g.attested_by
left join register_entry e on e.register_id = g.id left join media_item m on m.register_entry_id = e.id
where g.operation_id = :operation group by g.id, u.name order by g.country, g.name"""
