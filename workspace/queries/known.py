"""Known material: the lists that the viewer may see, and what they say of the files that the viewer may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workspace.model import KnownCategory, KnownList, KnownTable, RegisterImport
from workspace.model.statements import rows_as, statements
from workspace.rules.exercise import PlayedBy
from workspace.rules.known import MEANINGS, Meaning

SQL = statements(__file__)
PART = 500
"""Lines of a long list that are read at once."""


@dataclass(frozen=True)
class KnownListLine:
    """A list of known material. hashes: how many it holds; files: of the viewer's files that it names; skips: files of
    its own agency that it names are not read."""

    id: UUID
    name: str
    source: str
    meaning: Meaning
    skips: bool
    country: str
    agency: str
    sharing: str
    retain_until: date | None
    brought_by: str
    brought_at: datetime
    hashes: int
    files: int
    is_own: bool


@dataclass(frozen=True)
class KnownMark:
    """What a list says of a medium. category: the number that the list gives it, as it stands there; category_words: its
    words in the list's own table. grade: of the owner's country's table (grade_of), as which it is taken; it grades
    nothing. distance: None where the list names this very content, otherwise in how many of 256 bits its picture looks
    otherwise (PDQ)."""

    meaning: Meaning
    list: str
    source: str
    category: int | None
    category_words: str | None
    grade: int | None
    grade_words: str | None
    grade_of: str | None
    distance: int | None


@dataclass(frozen=True)
class ListCategory:
    """A category of a list's own table, in its words. meaning, grade: as what it is taken here, both None: as the list
    says; taken_by: who said so last. files: of the viewer's files that the list gives this number."""

    number: int
    label: str
    words: str
    meaning: Meaning | None
    grade: int | None
    taken_by: str | None
    taken_played_by: PlayedBy | None
    files: int


@dataclass(frozen=True)
class ListTable:
    """The table of categories that stands with a list."""

    list_id: UUID
    name: str
    brought_by: str
    played_by: PlayedBy
    brought_at: datetime
    categories: list[ListCategory]


@dataclass(frozen=True)
class KnownCount:
    """How many different contents are known so. unread: of them not read, because a list says so, with their bytes."""

    meaning: Meaning
    files: int
    unread: int
    unread_bytes: int


@dataclass(frozen=True)
class KnownFiles:
    """What is known of the viewer's files, each content once under its first meaning. saved_s: how long the unread ones
    would have taken at the pace at which the others were read, in seconds; None while nothing was read."""

    counts: list[KnownCount]
    saved_s: int | None

    @property
    def files(self) -> int:
        """How many contents are known."""
        return sum(each.files for each in self.counts)

    @property
    def unread(self) -> int:
        """How many of them were not read."""
        return sum(each.unread for each in self.counts)

    @property
    def unread_bytes(self) -> int:
        """The bytes of those."""
        return sum(each.unread_bytes for each in self.counts)


@dataclass(frozen=True)
class KnownOfExhibit:
    """How many files of an exhibit one list knows. unread: of them not read."""

    meaning: Meaning
    list: str
    source: str
    files: int
    unread: int


@dataclass(frozen=True)
class KnownFile:
    """A known file of an exhibit. was_read: or a list says that it need not be."""

    path: str
    sha256: bytes
    meaning: Meaning
    list: str
    source: str
    category: int | None
    distance: int | None
    was_read: bool


@dataclass(frozen=True)
class FollowedList:
    """What a worker needs to say which files a list names. alike: how many of its hashes are PDQ."""

    id: UUID
    number: int
    alike: int


def known_lists(session: Session, operation_id: int) -> list[KnownListLine]:
    """The lists that the viewer may see, by name."""
    return rows_as(KnownListLine, session.execute(SQL["lists"], {"operation": operation_id}))


def list_tables(session: Session, operation_id: int) -> list[ListTable]:
    """The own tables of the lists that the viewer may see."""
    found: dict[UUID, ListTable] = {}
    for row in session.execute(SQL["tables"], {"operation": operation_id}):
        facts = dict(row._mapping)
        list_id = facts.pop("list_id")
        head = {name: facts.pop(name) for name in ("name", "brought_by", "played_by", "brought_at")}
        found.setdefault(list_id, ListTable(list_id, categories=[], **head)).categories.append(ListCategory(**facts))
    return list(found.values())


def known_files(session: Session, operation_id: int, exhibit_id: UUID | None = None) -> KnownFiles:
    """What is known of the files of an operation, or of one exhibit; «already identified» first."""
    asked = {"operation": operation_id, "exhibit": exhibit_id, "meanings": list(MEANINGS)}
    counts = rows_as(KnownCount, session.execute(SQL["counts"], asked))
    unread = sum(each.unread for each in counts)
    pace = session.execute(SQL["pace"], {"operation": operation_id}).scalar_one() if unread else None
    return KnownFiles(counts, None if pace is None else round(unread * float(pace)))


def known_of_exhibit(session: Session, exhibit_id: UUID) -> list[KnownOfExhibit]:
    """What each list knows of an exhibit; «already identified» first."""
    asked = {"exhibit": exhibit_id, "meanings": list(MEANINGS)}
    return rows_as(KnownOfExhibit, session.execute(SQL["of_exhibit"], asked))


def known_marks(session: Session, media_id: UUID) -> list[KnownMark]:
    """What lists say of a medium; «already identified» first."""
    asked = {"media": media_id, "meanings": list(MEANINGS)}
    return rows_as(KnownMark, session.execute(SQL["marks"], asked))


def known_lines(session: Session, exhibit_id: UUID) -> Iterator[list[KnownFile]]:
    """Every known file of an exhibit, a part at a time; «already identified» first."""
    asked = {"exhibit": exhibit_id, "meanings": list(MEANINGS)}
    found = session.execute(SQL["files"], asked, execution_options={"yield_per": PART})
    for part in found.partitions():
        yield rows_as(KnownFile, part)


def list_to_follow(session: Session, subject_id: UUID) -> FollowedList | None:
    """The list that an import changed, or what somebody said of its categories, or that was removed. Workers' role."""
    said = select(KnownCategory.table_id).where(KnownCategory.id == subject_id).scalar_subquery()
    of_table = (
        select(KnownTable.list_id).where((KnownTable.id == subject_id) | (KnownTable.id == said)).scalar_subquery()
    )
    imported = select(RegisterImport.list_id).where(RegisterImport.id == subject_id).scalar_subquery()
    changed = func.coalesce(of_table, imported)
    row = session.execute(
        select(KnownList.id, KnownList.number, KnownList.alike).where(
            (KnownList.id == subject_id) | (KnownList.id == changed)
        )
    ).one_or_none()
    return FollowedList(**row._mapping) if row is not None else None
