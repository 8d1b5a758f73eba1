"""Which rows the record binds, and what the database refuses: a change without an event, and one of what is settled."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, text

from tests.support.operation import TestOperation
from tests.support.servers import ROOT
from workspace.commands.vouching import withdraw_vouch
from workspace.errors import Unavailable
from workspace.model import Base
from workspace.model.database import Database

REGION = {"region_code", "region_by", "region_confirmed_by"}  # derived: `fold_series_regions`, `fold_clue_regions`
LEFT_OUT = {
    "agency": {"name_key"},  # derived: how it is compared, as the other keys beside a text
    "app_user": {"name", "language", "theme", "contact"},  # the person's own, changed without an event
    "assessment": {"is_revealed"},  # derived: from the verdict
    # derived: `fold_clues`
    "clue": {"result", "country", "grounds", "stated_by", "confirmed_by", "confirmed_at"} | REGION,
    "clue_card": {"result", "country", "region_code"},  # derived: `refold_clues`
    "comment": {"find_key"},
    "comment_version": {"find_key"},
    "edition": {"failed_at"},  # of the job that makes it
    "exhibit": {"intake_failure", "label_key", "find_key"},  # of the intake that runs; derived
    "known_list": {"hashes", "alike"},  # counted from its hashes
    "ledger_entry": {"merged_into", "is_depicted", "age_band", "sex"},  # derived: `fold_ledger`
    "operation": {"wrapped_key"},  # a key
    # how far it is, and where its picture lies until it is erased
    "probe": {"state", "refusal", "keeps_until", "address", "crops"},
    "register": {"name_key"},
    "register_entry": {"find_key"},
    "series": {
        # derived: `fold_series`
        *("country_determined", "country_grounds", "determined_by", "confirmed_by", "confirmed_at"),
        *REGION,
        # moves with each claim, and with the order of the work
        *("triage", "column_id", "priority", "recency", "holder_id", "holder_agency_id", "lease_until", "claim_token"),
        "merged_into",  # derived: `refold_joins`
    },
}
"""The columns of governed tables that the record does not bind."""
NOT_GOVERNED = {
    # The record itself, and how it binds.
    *(
        "record_check",
        "original_check",
        "signed_head",
        "chain",
        "event",
        "governed",
        "row_seal",
        "open_act",
        "open_erasure",
        "erasable",
        "event_rows",
        "counter",
    ),
    # Work, waiting, looking: nobody's word.
    *(
        "closing",
        "job",
        "reading_turn",
        "register_import",
        "half_upload",
        "half_upload_piece",
        "draft",
        "presence",
        "write_key",
        "challenge",
        "session",
        "invitation",
        "api_token",
        "passkey",
        "vouch_code",
        "mention",
    ),
    *("lead_told", "sight", "media_view", "near_copy"),
    # Folded out of the grades that people gave.
    "grade_standing",
    # Added up by triggers out of the rows of material.
    *("material_count", "met_content"),
    # What programs compute, and what moves with each claim.
    *(
        "lead",
        "lead_evidence",
        "face",
        "track",
        "person",
        "media_item",
        "received_file",
        "text_reading",
        "media_sweep",
        "probe_face",
        "picture_text",
        "picture_tiles",
        "video_copy",
        "film_strip",
        "video_frame",
        "picture_part",
    ),
    # Hashes as a list brings them, whose number its event says, and what they name.
    *("known_hash", "known_media"),
    # Borders as a file brings them, whose number its event says.
    *("region_file", "region", "region_ring"),
    # Records as a case file brings them, whose number its event says.
    "exhibit_case_record",
    # An exercise's own: its truth, its seats, its debrief.
    *("exercise", "exercise_seat", "exercise_injection", "exercise_identity", "exercise_shown", "exercise_entry"),
    *("debrief", "debrief_opinion"),
}


def test_every_table_and_column_is_governed_or_left_out_for_a_reason(connection: Connection) -> None:
    lines = connection.execute(text("select name, key || fixed || once || free as columns from governed")).all()
    governed = {line.name: set(line.columns) for line in lines}

    assert set(Base.metadata.tables) - set(governed) == NOT_GOVERNED
    for name, columns in governed.items():
        assert columns | LEFT_OUT.get(name, set()) == set(Base.metadata.tables[name].columns.keys()), name
        assert not columns & LEFT_OUT.get(name, set()), name


CONCERNS_ALL = {
    # Who takes part, what was agreed, and under which rules every lead is found and judged.
    *("agency", "app_user", "compartment", "consent", "membership", "opening", "operation", "operation_agency"),
    *("participation", "qualification", "terms_answer", "terms_change", "terms_proposal", "threshold", "vouch"),
    "window_change",
    # Lists of known material and registers: whom a lead means, and whether the child is found already.
    *("known_list", "known_table", "known_category", "register"),
    "difference",  # what is called settled
}
"""The governed tables of which one row that does not match holds back every referral of its operation."""


def test_each_governed_table_says_which_leads_rest_on_it_or_concerns_all(connection: Connection) -> None:
    body = connection.execute(text("select prosrc from pg_proc where proname = 'leads_of_broken'")).scalar_one()
    named = set(re.findall(r"'(\w+)'", body))
    governed = set(connection.execute(text("select name from governed")).scalars())

    assert governed - named == CONCERNS_ALL


DERIVED = {
    **{name: LEFT_OUT[name] for name in ("assessment", "clue", "clue_card", "ledger_entry")},
    "series": REGION
    | {"country_determined", "country_grounds", "determined_by", "confirmed_by", "confirmed_at", "merged_into"},
    "grade_standing": {"number"},
    "lead": {"stage"},
}
"""What follows from governed rows, and screens show."""


def test_the_verifier_works_out_anew_every_column_that_follows_from_governed_rows() -> None:
    compared = (ROOT / "workspace" / "queries" / "verification" / "derived.sql").read_text(encoding="utf-8")
    branches = dict(re.findall(r"  select '(\w+)'(.*?)(?=\n  union all|\n *select name|\Z)", compared, re.DOTALL))

    for name, columns in DERIVED.items():
        assert {each for each in columns if not re.search(rf"\b{each}\b", branches[name])} == set(), name


def test_a_change_without_an_event_is_refused_with_the_commit(operation: TestOperation, database: Database) -> None:
    leader = operation.person("EC", "operation_lead")

    with pytest.raises(Unavailable) as refused, database.write(leader) as tx:
        tx.session.execute(text("update operation set code_name = 'OTHER' where id = :id"), {"id": operation.id})

    assert "A change of operation has no event" in str(refused.value.message)
    with operation.workers.read(operation.service_id) as view:
        name = view.session.execute(text("select code_name from operation where id = :id"), {"id": operation.id})
        assert name.scalar_one() != "OTHER"


def test_neither_role_changes_what_is_settled(operation: TestOperation, database: Database) -> None:
    lead, examiner = operation.lead(), operation.person("EC")
    operation.change(
        "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion, "
        "reason, "
        "settled_at) select operation_id, id, locks, :who, :agency, 'EC', 1, 1, 'so', now() from lead where id = :lead",
        who=examiner, agency=operation.agencies["EC"], lead=lead,
    )  # fmt: skip

    for rows, actor in ((database, examiner), (operation.workers, operation.service_id)):
        for change in (
            "opinion = 5",
            "reason = 'other'",
            "settled_at = now() + interval '1 hour'",
            "signed_at = now()",
        ):
            with pytest.raises(Unavailable) as refused, rows.write(actor) as tx:
                tx.session.execute(text(f"update assessment set {change} where lead_id = :lead"), {"lead": lead})
            assert "settled" in str(refused.value.message), change


def test_an_act_is_bound_by_the_first_event_of_its_write(operation: TestOperation, database: Database) -> None:
    voucher, newcomer = operation.person("EC"), operation.person("PE")
    operation.vouch(newcomer, voucher)

    with database.write(voucher) as tx:
        withdraw_vouch(tx, operation.id, newcomer, voucher_id=voucher)

    with operation.workers.read(operation.service_id) as view:
        bodies = view.session.execute(
            text("select body::jsonb->'rows' as rows from event where operation_id = :id order by seq"),
            {"id": operation.id},
        ).all()
        sealed = view.session.execute(
            text("select name || ' ' || key as row from row_seal where operation_id = :id"), {"id": operation.id}
        ).scalars()
        assert sorted(" ".join(line.split(" ")[:-2]) for line in bodies[0].rows) == sorted(sealed)
        assert [row.rows for row in bodies[1:]] == [[] for _ in bodies[1:]]


def test_a_migration_that_binds_further_columns_seals_the_rows_that_stand() -> None:
    """Else each row that was sealed before would be told as changed by nobody."""
    same_columns = {("0109_series_work", "series")}  # from one list into another
    unsealed = []
    for path in sorted((ROOT / "migrations" / "versions").rglob("*")):
        if path.suffix not in (".py", ".sql"):
            continue
        text = path.read_text(encoding="utf-8")
        migration = path.stem if path.suffix == ".py" else path.parent.name
        for name in re.findall(r"update governed set [^;]* where name = '(\w+)'", text):
            if f"seal_all('{name}')" not in text and (migration, name) not in same_columns:
                unsealed.append((migration, name))

    assert unsealed == []
