"""Leads by hand: out of a search made here, and out of the results of a search that was made outside."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from workspace.commands.outside import import_outside_results, open_found_lead
from workspace.commands.searches import Reason, record_search
from workspace.errors import Conflict, Invalid, NotFound
from workspace.exchange import register_records  # noqa: F401 - lets the library read fields of any length, for all
from workspace.model import Face, Lead, LeadEvidence, MediaItem, OutsideResult, Person
from workspace.model.database import Database
from workspace.queries.lead_page import lead_page
from workspace.rules.outside import read_results

HEAD = "probe,candidate,score,system,date,legal_basis,reference\n"
TODAY = date(2026, 11, 30)


def faces(operation: TestOperation, lead: UUID) -> list[Face]:
    with Session(operation.owner, expire_on_commit=False) as session:
        return list(
            session.scalars(
                select(Face)
                .join(LeadEvidence, LeadEvidence.face_id == Face.id)
                .where(LeadEvidence.lead_id == lead)
                .order_by(LeadEvidence.side)
            )
        )


def searched(operation: TestOperation, database: Database, person: int, face: UUID) -> UUID:
    with database.write(person) as tx:
        return record_search(tx, face, Reason("victim", "law", "case"), threshold=0.4, searched=5, found=2)


def test_who_finds_a_pair_in_a_search_opens_its_lead_once_and_is_on_record_as_shown_its_score(
    operation: TestOperation, database: Database
) -> None:
    (probe, _), (_, other) = faces(operation, operation.lead()), faces(operation, operation.lead())
    me = operation.person("EC")
    search = searched(operation, database, me, probe.id)
    with pytest.raises(NotFound), database.write(operation.person("PE")) as tx:
        open_found_lead(tx, search, other.id, threshold=0.43, strong=0.6, code="0.1.0+abc")
    before = len(operation.kinds())

    with database.write(me) as tx:
        lead = open_found_lead(tx, search, other.id, threshold=0.43, strong=0.6, code="0.1.0+abc")

    with operation.workers.read(operation.service_id) as view:
        found = view.session.execute(select(Lead.band, Lead.score).where(Lead.id == lead)).one()
    assert (found.band, round(found.score, 3)) == ("strong", 1.0)
    row = operation.row(Lead, lead)
    assert (row.kind, row.side_count, row.search_id) == ("same_face", 2, search)
    assert row.countries == ["EC", "PE"]
    assert [each.id for each in faces(operation, lead)] == [probe.id, other.id]
    assert operation.kinds()[before:][0] == "lead:opened"
    assert "score" in " ".join(operation.kinds()[before:])
    for face in (other.id, probe.id, uuid4()):
        with pytest.raises(Conflict), database.write(me) as tx:
            open_found_lead(tx, search, face, threshold=0.43, strong=0.6, code="0.1.0+abc")


def test_outside_results_become_leads_of_their_own_kind_with_their_basis_and_once(
    operation: TestOperation, database: Database
) -> None:
    face, _ = faces(operation, operation.lead())
    person, medium = operation.row(Person, face.person_id), operation.row(MediaItem, face.media_item_id)
    content = (
        HEAD
        + f"P-{person.number:04d},N-17,0.91,Other,2026-01-02,art. 5,ref 1\n"
        + f"{bytes(medium.sha256).hex()},N-18,,Other,2026-01-02,art. 5,ref 2\n"
    ).encode()
    me, before = operation.person("EC", "analyst"), len(operation.kinds())

    for opened in (2, 0):
        with database.write(me) as tx:
            assert import_outside_results(tx, operation.id, content) == opened

    assert operation.kinds()[before:] == ["lead:opened", "lead:opened"]
    with Session(operation.owner) as session:
        rows = session.scalars(
            select(OutsideResult).where(OutsideResult.operation_id == operation.id).order_by(OutsideResult.candidate)
        ).all()
        leads = [row.lead_id for row in rows]
        assert [(row.candidate, row.system, row.legal_basis, row.reference) for row in rows] == [
            ("N-17", "Other", "art. 5", "ref 1"),
            ("N-18", "Other", "art. 5", "ref 2"),
        ]
    with database.read(operation.person("PE")) as view:
        assert view.me is not None
        page = lead_page(view.session, leads[0], view.me)
    assert (page.kind, len(page.sides), page.permissions["draft_referral"]) == ("outside_result", 1, False)
    assert page.outside is not None
    assert (page.outside.candidate, page.outside.by.id, page.outside.score) == ("N-17", me, None)


def test_a_bad_row_or_an_unknown_probe_is_named_by_its_line_and_nothing_is_taken(
    operation: TestOperation, database: Database
) -> None:
    face, _ = faces(operation, operation.lead())
    number = operation.row(Person, face.person_id).number
    good = f"P-{number:04d},N-1,0.5,Other,2026-01-02,law,ref\n"
    files = {
        HEAD + good + "P-9999,N-2,0.5,Other,2026-01-02,law,ref\n": ["line 3: probe"],
        HEAD + good + "P-0001,,x,Other,2999-01-02,law,ref\n": ["line 3: candidate", "line 3: date", "line 3: score"],
        "probe,candidate\nP-1,x\n": ["the head lacks score, system, date, legal_basis, reference"],
        json.dumps([{"probe": "P-1"}]): [
            f"line 1: {name}" for name in ("candidate", "system", "date", "legal_basis", "reference")
        ],
        '{"probe": 1}': ["the file is no list"],
        "[1": ["the file is no JSON"],
        "": ["the head lacks"],
        HEAD: ["the file holds no result"],
        HEAD + good + f"P-{number:04d},N-2,1,Other,2026-01-02,Act 12, s. 4,ref\n": ["line 3: it has more fields"],
        "probe," + HEAD + good: ["line 1: these columns stand there twice: probe"],
        HEAD + "P-1," + "x" * 200_000: ["line 2: is no line of a CSV file"],
        HEAD + 'P-1,"x': ["line 2: is no line of a CSV file"],
    }
    before = operation.kinds()
    for content, said in files.items():
        with pytest.raises(Invalid) as refusal, database.write(operation.person("EC", "analyst")) as tx:
            import_outside_results(tx, operation.id, content.encode())
        found = [str(fault) for fault in refusal.value.facts["faults"]]
        assert len(found) == len(said), found
        assert all(part in fault for part, fault in zip(said, found, strict=True)), found
    assert operation.kinds() == before


def test_a_spreadsheets_file_is_read_by_its_columns() -> None:
    table = "Reference;Probe;CANDIDATE;score;system;date;legal_basis;;\r\nr;P-1;c;;s;2026-01-02;Act 12, s. 4;;\r\n"

    (row,) = read_results(table.encode("utf-8-sig"), TODAY)

    assert (row.probe, row.legal_basis, row.reference, row.score) == ("P-1", "Act 12, s. 4", "r", None)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
def test_whatever_a_file_holds_it_is_read_or_refused(content: bytes) -> None:
    try:
        rows = read_results(content, TODAY)
    except Invalid:
        return
    assert all(row.system and row.candidate and row.searched_on <= TODAY for row in rows)
