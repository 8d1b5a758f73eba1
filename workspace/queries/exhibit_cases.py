"""The case files of one's own exhibits: what they name, what is missing, and what they state of a medium."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound, recalled
from workspace.model.statements import part_as, rows_as, statements
from workspace.rules.exhibit_cases import CaseScheme, is_another_exhibits

SQL = statements(__file__)
MOST_SHOWN = 50
PART = 500
"""Lines of a long list that are read at once."""


@dataclass(frozen=True)
class CaseLine:
    """A case that came with an exhibit. scheme: the table that its categories follow; records: in the file."""

    id: UUID
    name: str
    scheme: CaseScheme
    records: int
    brought_by: str
    brought_at: datetime


@dataclass(frozen=True)
class MissingFile:
    """A record that no file of the exhibit is. place: in the case file, from 1; path, category, stated: as they stand
    there; stated: a category that is no number."""

    place: int
    path: str
    md5: str | None
    sha1: str | None
    category: int | None
    stated: str | None


@dataclass(frozen=True)
class UnnamedContent:
    """A content of the exhibit that the case does not name. path: the first of `paths`."""

    media_id: UUID
    path: str
    paths: int
    md5: str
    sha1: str


@dataclass(frozen=True)
class CaseChange:
    """What differs from the case that came, once it is written again. place: of the record, from 1; field: the name
    that stands there; before: as it stands in the file, None where nothing does; after: the owner's grade."""

    place: int
    path: str
    md5: str | None
    field: str
    before: str | None
    after: int


@dataclass(frozen=True)
class CaseReport:
    """A case, and how it agrees with its exhibit as both stand now.

    records: in the file; usable: of them with a usable MD5 or SHA-1; matched: of those, contents of the exhibit.
    contents: of the exhibit; named: of them by the case. missing, unnamed: the first of missing_of and unnamed_of.
    changes: the first of changes_of values that differ, once it is written again; follows_grades: its numbers are those
    of the table by which its owner grades, table_name: that table's, as it was brought in with. Where they are not,
    nothing differs, and graded_otherwise says how many records have another grade.
    is_another_exhibits: so few agree that it is probably another exhibit's. faults, remarks: not in the reader's
    language yet; faults are the first of fault_count. is_standing: none came later; earlier: those before it.
    """

    id: UUID
    operation_id: int
    exhibit_id: UUID
    exhibit: str
    name: str
    scheme: CaseScheme
    table_name: str | None
    follows_grades: bool
    version: str | None
    region: str | None
    is_case: bool
    sha256: str
    size_bytes: int
    brought_by: str
    brought_at: datetime
    is_standing: bool
    records: int
    usable: int
    matched: int
    contents: int
    named: int
    is_another_exhibits: bool
    missing: list[MissingFile]
    missing_of: int
    unnamed: list[UnnamedContent]
    unnamed_of: int
    changes: list[CaseChange]
    changes_of: int
    graded_otherwise: int
    faults: list[str]
    fault_count: int
    remarks: list[str]
    earlier: list[CaseLine]


@dataclass(frozen=True)
class StatedCategory:
    """What a case states of a medium. category: its number as it stands there; stated: what stands there instead;
    scheme: the table that it follows, as whoever brought it in says; table_name: of an own one."""

    category: int | None
    stated: str | None
    scheme: CaseScheme
    table_name: str | None
    exhibit_id: UUID
    exhibit: str


@dataclass(frozen=True)
class KeptCase:
    """Where a case is kept, to be read again."""

    id: UUID
    operation_id: int
    address: str


def exhibit_cases(session: Session, exhibit_id: UUID) -> list[CaseLine]:
    """The cases that came with an exhibit, the newest first; none for other agencies."""
    return rows_as(CaseLine, session.execute(SQL["cases"], {"exhibit": exhibit_id}))


def case_report(session: Session, case_id: UUID) -> CaseReport:
    """A case and how it agrees with its exhibit.

    Raises:
        NotFound: the viewer's agency has no such case.
    """
    facts = _facts(session, case_id)
    here = {"exhibit": facts["exhibit_id"], "number": facts.pop("number")}
    del facts["address"]
    counts = dict(session.execute(SQL["counts"], here).one()._mapping)
    missing = part_as(MissingFile, session.execute(SQL["missing"], here | {"most": MOST_SHOWN}))
    unnamed = part_as(UnnamedContent, session.execute(SQL["unnamed"], here | {"most": MOST_SHOWN}))
    changes = part_as(CaseChange, session.execute(SQL["changes"], here | {"most": MOST_SHOWN}))
    follows = bool(facts.pop("follows_grades"))
    faults, remarks = ([recalled(each) for each in facts.pop(name)] for name in ("faults", "remarks"))
    cases = exhibit_cases(session, facts["exhibit_id"])
    own = [each.id for each in cases].index(case_id)
    matched = counts["usable"] - missing.of
    return CaseReport(
        **facts,
        **counts,
        matched=matched,
        named=counts["contents"] - unnamed.of,
        is_another_exhibits=is_another_exhibits(counts["usable"], matched, counts["contents"]),
        missing=missing.rows,
        missing_of=missing.of,
        unnamed=unnamed.rows,
        unnamed_of=unnamed.of,
        follows_grades=follows,
        changes=changes.rows if follows else [],
        changes_of=changes.of if follows else 0,
        graded_otherwise=0 if follows else changes.of,
        faults=faults,
        remarks=remarks,
        earlier=cases[own + 1 :],
    )


def missing_files(session: Session, case_id: UUID) -> Iterator[list[MissingFile]]:
    """Every record that no file of the exhibit is, a part at a time. Raises: NotFound."""
    for part in _all(session, "missing", case_id):
        yield part_as(MissingFile, part).rows


def unnamed_contents(session: Session, case_id: UUID) -> Iterator[list[UnnamedContent]]:
    """Every content of the exhibit that the case does not name, a part at a time. Raises: NotFound."""
    for part in _all(session, "unnamed", case_id):
        yield part_as(UnnamedContent, part).rows


def case_changes(session: Session, case_id: UUID) -> Iterator[list[CaseChange]]:
    """Every value that differs from the case that came, once it is written again. Raises: NotFound."""
    if _facts(session, case_id)["follows_grades"]:
        for part in _all(session, "changes", case_id):
            yield part_as(CaseChange, part).rows


def changes_of(parts: Iterable[Sequence[CaseChange]]) -> dict[int, dict[str, int]]:
    """By the place of a record: what stands there from now on, by name."""
    return {each.place: {each.field: each.after} for part in parts for each in part}


def kept_case(session: Session, case_id: UUID) -> KeptCase:
    """Where a case is kept. Raises: NotFound."""
    facts = _facts(session, case_id)
    return KeptCase(case_id, facts["operation_id"], facts["address"])


def stated_categories(session: Session, medium_id: UUID) -> list[StatedCategory]:
    """What the cases of the viewer's agency state of a medium."""
    return rows_as(StatedCategory, session.execute(SQL["stated"], {"medium": medium_id}))


def _all(session: Session, name: str, case_id: UUID) -> Iterator[Any]:
    facts = _facts(session, case_id)
    asked = {"exhibit": facts["exhibit_id"], "number": facts["number"], "most": None}
    return session.execute(SQL[name], asked, execution_options={"yield_per": PART}).partitions()


def _facts(session: Session, case_id: UUID) -> dict[str, Any]:
    row = session.execute(SQL["facts"], {"case": case_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such case.")
    return dict(row._mapping)
