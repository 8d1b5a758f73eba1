"""Custody of an exhibit: the facts of its seizure, their corrections, and every hand that touched it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.operation import Side, TestOperation
from tests.support.pdf_text import pdf_pages
from tests.test_exhibit_changes import exhibit_of
from workspace.commands.exhibits import change_handling, correct_exhibit
from workspace.commands.intake import receive_exhibit
from workspace.commands.originals import ask_check, note_custody_print
from workspace.commands.shown import view_face
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.exchange.pdf import ROWS_HERE
from workspace.exchange.printed_custody import CustodyHead, CustodyLine, custody_pdf
from workspace.model import Exhibit, LeadEvidence
from workspace.model.database import Database
from workspace.queries.exhibits import custody_log, custody_part, exhibit_page
from workspace.rules.custody import EARLIEST, HASH_DIGITS, fact_of

TODAY = date(2026, 3, 31)
HASH = "AB" * 32


def receive(operation: TestOperation, database: Database, **facts: str) -> UUID:
    with database.write(operation.person("EC", "analyst")) as tx:
        return receive_exhibit(
            tx,
            operation.id,
            country="EC",
            label="EC-1",
            kind="phone",
            case_reference="case 1",
            custodian="custodian",
            **facts,
        )


def test_who_seized_it_when_and_the_hash_of_its_image_stand_with_the_exhibit(
    operation: TestOperation, database: Database
) -> None:
    exhibit = receive(operation, database, seized_by="Unit 7", seized_on="2024-03-05", acquired_hash=HASH)

    row = operation.row(Exhibit, exhibit)

    assert (row.seized_by, row.seized_on, row.acquired_hash) == ("Unit 7", date(2024, 3, 5), HASH.lower())


def test_wrong_facts_of_the_seizure_are_all_named_and_nothing_is_received(
    operation: TestOperation, database: Database
) -> None:
    with pytest.raises(Invalid) as refusal:
        receive(operation, database, seized_by="x" * 300, seized_on="3000-01-01", acquired_hash="12ab")

    named = {fault.where for fault in refusal.value.facts["faults"] if isinstance(fault, Fault)}
    assert named == {"seized_by", "seized_on", "acquired_hash"}
    assert "exhibit:received" not in operation.kinds()


@given(st.sampled_from(HASH_DIGITS), st.data())
def test_a_hash_is_the_same_however_it_is_written(digits: int, data: st.DataObject) -> None:
    plain = data.draw(st.text("0123456789abcdef", min_size=digits, max_size=digits))
    written = data.draw(st.sampled_from([plain.upper(), ":".join(plain[at : at + 2] for at in range(0, digits, 2))]))

    assert fact_of("acquired_hash", f" {written} ", TODAY) == plain


@given(st.dates())
def test_a_seizure_lies_between_the_first_digital_pictures_and_today(day: date) -> None:
    if EARLIEST <= day <= TODAY:
        assert fact_of("seized_on", day.isoformat(), TODAY) == day
    else:
        with pytest.raises(ValueError, match="a day from"):
            fact_of("seized_on", day.isoformat(), TODAY)


def test_a_correction_keeps_what_stood_before_with_its_reason(operation: TestOperation, database: Database) -> None:
    exhibit, analyst = receive(operation, database), operation.person("EC", "analyst")

    with database.write(analyst) as tx:
        correct_exhibit(tx, exhibit, what="case_reference", value="case 2", reason="a wrong number was copied")
    with database.write(analyst) as tx:
        correct_exhibit(tx, exhibit, what="seized_on", value="2024-03-05", reason="the report came")
    with database.write(analyst) as tx:
        correct_exhibit(tx, exhibit, what="seized_on", value="", reason="it was another device")

    with database.read(operation.person("PE")) as view:
        changes = exhibit_page(view.session, exhibit).changes
    assert [(each.what, each.before, each.after) for each in changes] == [
        ("seized_on", "2024-03-05", ""),
        ("seized_on", "", "2024-03-05"),
        ("case_reference", "case 1", "case 2"),
    ]
    assert operation.row(Exhibit, exhibit).case_reference == "case 2"
    assert operation.kinds().count("exhibit:corrected") == 3


def test_nobody_corrects_another_s_exhibit_without_a_reason_or_into_what_stands_there(
    operation: TestOperation, database: Database
) -> None:
    exhibit = receive(operation, database)

    def correct(person: int, value: str = "another", reason: str = "because") -> None:
        with database.write(person) as tx:
            correct_exhibit(tx, exhibit, what="custodian", value=value, reason=reason)

    with pytest.raises(Forbidden):
        correct(operation.person("PE", "analyst"))
    with pytest.raises(NotFound):
        correct(operation.person("EC", "observer"))
    with pytest.raises(Invalid):
        correct(operation.person("EC", "analyst"), reason=" . ")
    with pytest.raises(Invalid):
        correct(operation.person("EC", "analyst"), value="")
    with pytest.raises(Conflict):
        correct(operation.person("EC", "analyst"), value="custodian")
    assert "exhibit:corrected" not in operation.kinds()


def test_the_log_holds_every_hand_that_touched_the_exhibit_and_its_owner_alone_reads_it(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC"), "PE")
    exhibit, analyst = exhibit_of(operation, lead), operation.person("EC", "analyst")
    with operation.workers.read(operation.service_id) as view:
        face = view.session.query(LeadEvidence.face_id).filter_by(lead_id=lead, side=1).scalar()
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256) "
        "select m.operation_id, m.compartment_id, :exhibit, m.id, 'DCIM/1.jpg', m.size_bytes, m.sha256 "
        "from face f join media_item m on m.id = f.media_item_id where f.id = :face",
        exhibit=exhibit,
        face=face,
    )
    looker = operation.person("PE")
    for _ in range(2):
        with database.write(looker) as tx:
            view_face(tx, face)
    with database.write(analyst) as tx:
        change_handling(tx, exhibit, handling_code="H1", reason="the court decided")
    with database.write(analyst) as tx:
        ask_check(tx, exhibit)
    with database.write(analyst) as tx:
        note_custody_print(tx, exhibit)

    with database.read(analyst) as view:
        log = custody_log(view.session, exhibit)
    assert [(step.kind, step.name, step.reason, step.times) for step in log] == [
        ("media:viewed", "PE · specialist 1", None, 2),
        ("exhibit:handling_changed", "EC · analyst 1", "the court decided", 0),
        ("exhibit:check_asked", "EC · analyst 1", None, 0),
        ("exhibit:custody_printed", "EC · analyst 1", None, 0),
    ]
    with database.read(analyst) as view:
        newest = custody_part(view.session, exhibit, most=2)
        before = custody_part(view.session, exhibit, upto=newest.rows[0].number - 1, most=2)
    assert ([step.number for step in newest.rows], newest.of) == ([3, 4], 4)
    assert [*before.rows, *newest.rows] == log
    for stranger in (looker, operation.person("EC", "observer")):
        with database.read(stranger) as view, pytest.raises(NotFound):
            custody_log(view.session, exhibit)
    with database.write(looker) as tx, pytest.raises(Forbidden):
        note_custody_print(tx, exhibit)


def test_the_paper_holds_the_facts_and_every_step(operation: TestOperation, database: Database) -> None:
    with database.read(operation.person("EC", "analyst")) as view:
        assert view.now is not None
        head = CustodyHead(
            "EC-1",
            "Lantern",
            True,
            "AMBER",
            "H1",
            "en",
            "analyst",
            view.now,
            (("Case reference", "case 1"),),
            "all as it came",
        )
    for steps in (120, ROWS_HERE + 1):  # a longer one is set in a process of its own
        lines = [CustodyLine(f"day {n}", "EC · analyst 1", f"step {n}") for n in range(steps)]

        text = " ".join(pdf_pages(custody_pdf(head, lines, str)))

        assert all(part in text for part in ("EXERCISE", "case 1", "all as it came", "step 0", f"step {steps - 1}"))
