"""Functions with their owner's rights pass by row-level security: each that answers people asks for the caller's keys
and for what is closed to the caller's country, or says here why it need not."""

from __future__ import annotations

import re
import secrets
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from workspace.commands import operations
from workspace.commands.terms import accept_terms, open_to_country
from workspace.model.database import Database

_DEFINERS = text("""
select p.proname as name, p.prosrc as body, oidvectortypes(p.proargtypes) as takes, p.prorettype::regtype::text as gives
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = 'public' and has_function_privilege('concord_app', p.oid, 'execute')
  and p.prosecdef""")
ASKS = {"my_closed", "opens"}

WHO = "who one is, and what one's memberships and keys are: material is not asked about"
PEOPLE = "accounts, members and vouches: whoever may manage them is asked by policy first"
CHAIN = "writes the record or holds rows for the write that asks; answers nothing of what they say"
NEED_NOT: dict[str, str] = {
    **dict.fromkeys(
        (
            "actor_facts", "is_house_admin", "is_service", "my_administrations", "my_agency", "my_audits",
            "my_competences", "my_directions",
            "my_keys", "my_leaderships", "my_memberships", "my_met", "my_operations", "my_partial", "operations_of",
            "exercises",
            "is_exercise", "live_sessions", "lines_cut", "passkeys_beside_me", "has_passkey", "exercise_acts",
            "exercise_seen", "watches_installation", "installation_heads",
        ),
        WHO,
    ),
    **dict.fromkeys(
        (
            "are_independent", "can_sign_in", "keeps_alone", "keeps_qualifications", "part_ended", "revoke_tokens",
            "try_vouch_code", "void_invitations", "void_invitations_of_removed", "void_opinions", "newcomers_opinions",
            "reached_agencies",
        ),
        PEOPLE,
    ),
    **dict.fromkeys(
        (
            "append_events", "apply_band_setting", "hold", "hold_shown", "next_number", "note_sights",
            "require_reach", "settle_standings", "start_chain", "still_stands", "tell_leads_of",
        ),
        CHAIN,
    ),
    "erase_words": "words of the own country's people, whose country lead the caller must be; answers none of them",
    "ask_verification": "notes the time of a member's wish; answers nothing of the record",
    "exports_record": WHO,
    "record_is_broken": "one word of the whole operation, for whoever would freeze figures",
    **dict.fromkeys(("release_counts", "release_is_sound"),
    "one word about a row whose id the caller has read; nothing of what it says"),
    "is_of_exercises_alone": "which agencies take part in no real operation",
    "line_digests": "digests and hashes of lines; their bodies come by row-level security",
    "jobs_of_my_agency": "a count of the own agency's jobs",
    "grades_in_use": "numbers of the own country's table, whose words must stay; nothing of what was graded",
    "known_elsewhere": "a count for the own exhibits, over the countries that open to the caller's (opens_to)",
    "known_elsewhere_each": "the same counts, of every exhibit that the caller opens",
    **dict.fromkeys(("name_series", "own_material", "regroup", "split_off", "take_places"),
    "own_material asks that it is the caller's own"),
    "wish_again": "has jobs of the own operations look once more; answers nothing",
    "work_has_failed": "one word of the whole installation for its operator; no number, kind or operation",
    "left_behind": "numbers per member for whoever has charge of members, no lead",
    "take_face_away": "own_material asks that the compartment is the caller's own",
    "give_face_back": "own_material asks that the compartment is the caller's own",
}  # fmt: skip
"""By function: why it need not ask what is closed to the caller's country."""
CALLER = re.compile(r"\b(my_\w+|is_house_admin|is_service|require_reach|own_material|opens)\b")
ASKS_NOBODY = {
    **dict.fromkeys(
        ("are_independent", "can_sign_in", "keeps_alone", "part_ended", "settle_standings"),
        "follows from members and vouches, which every member reads; the same for whoever asks",
    ),
    **dict.fromkeys(
        ("exercises", "is_exercise", "is_of_exercises_alone", "lines_cut"),
        "which operations are exercises, and are cut off just now",
    ),
    **dict.fromkeys(("hold", "hold_shown"), "holds rows until the commit, and answers nothing"),
    "live_sessions": "of sessions whose secret digests the caller knows",
    **dict.fromkeys(
        ("record_is_broken", "release_counts", "release_is_sound", "work_has_failed"),
        "one word, the same for everybody",
    ),
}
"""By function: why it need not ask who is calling."""


def definers(connection: Connection) -> dict[str, Any]:
    return {row.name: row for row in connection.execute(_DEFINERS)}


def asking(found: dict[str, Any]) -> set[str]:
    """The functions that ask, themselves or by one that they call."""
    asks = set(ASKS)
    calls = {name: set(re.findall(r"\b(\w+)\s*\(", row.body)) for name, row in found.items()}
    while more := {name for name, called in calls.items() if called & asks} - asks:
        asks |= more
    return asks


def test_every_function_with_its_owners_rights_asks_who_calls_or_says_why_it_need_not(connection: Connection) -> None:
    found = definers(connection)
    asks = {name for name, row in found.items() if CALLER.search(row.body)}
    while more := {name for name, row in found.items() if asks & set(re.findall(r"\b(\w+)\s*\(", row.body))} - asks:
        asks |= more

    assert set(found) - asks == set(ASKS_NOBODY), "ask for a key, a role or a membership, or say why not"


def test_every_function_with_its_owners_rights_asks_what_is_closed_or_says_why_it_need_not(
    connection: Connection,
) -> None:
    found = definers(connection)
    silent = set(found) - asking(found)

    assert silent - set(NEED_NOT) == set(), "ask opens(locks), or say why not"
    assert set(NEED_NOT) - silent == set(), "said of what asks, or is not there"


@pytest.fixture
def closed(operation: TestOperation, database: Database) -> tuple[int, dict[str, UUID]]:
    """An examiner of BO, which EC has not opened to, and the ids of what stands on a lead of the two."""
    with database.write(operation.person("EC", "operation_lead")) as tx:
        agency, _ = operations.add_new_agency(
            tx,
            operation.id,
            country="BO",
            name=f"Unit BO {operation.mark}",
            kind="police",
            jurisdictions=["BO"],
            competences=["evidence"],
        )
    operation.agencies["BO"] = agency
    person = operation.person("BO", "specialist")
    with database.write(operation.person("BO", "country_lead")) as tx:
        accept_terms(tx, operation.id, version=2)
    lead = operation.lead("BO", "EC")
    with Session(operation.owner) as session:
        facts = {"op": operation.id, "lead": lead, "who": operation.person("EC"), "ec": operation.agencies["EC"]}
        facts |= {"pe": operation.agencies["PE"], "number": secrets.randbelow(10**6)}
        session.execute(
            text(
                "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, "
                "opinion, reason) "
                "select :op, id, locks, :who, :ec, 'EC', 1, 1, 'ears' from lead where id = :lead"
            ),
            facts,
        )
        referral = session.execute(
            text(
                "insert into referral (operation_id, number, lead_id, locks, from_agency_id, to_agency_id, "
                "from_country, to_country, "
                "competence, corroboration, drafted_by, state) select :op, :number, id, locks, :ec, :pe, 'EC', 'PE', "
                "'evidence', "
                "'[]', :who, 'sent' from lead where id = :lead returning id"
            ),
            facts,
        ).scalar_one()
        exhibit = session.execute(
            text("select exhibit_id from lead_evidence where lead_id = :lead and country = 'EC'"), facts
        ).scalar_one()
        session.commit()
    return person, {"lead": lead, "referral": referral, "exhibit": exhibit}


def answers(database: Database, person: int, ids: dict[str, UUID], found: dict[str, Any]) -> dict[str, object]:
    """What each function that takes an id, and a text or a number behind it, answers this person; nothing stays
    done."""
    told: dict[str, object] = {}
    for name, row in found.items():
        takes = row.takes.split(", ")
        if takes not in (["uuid"], ["uuid", "text"], ["uuid", "integer"]) or name in NEED_NOT or row.gives == "void":
            continue
        more = {"text": ", 'victim'", "integer": ", cast(:me as int)", "uuid": ""}[takes[-1]]
        for kind, thing in ids.items():
            with Session(database.engine) as session:
                session.execute(text("select set_config('app.user_id', :me, true)"), {"me": str(person)})
                asked = text(f"select * from {name}(:id{more})")
                told[f"{name} of a {kind}"] = [
                    tuple(each) for each in session.execute(asked, {"id": thing, "me": person})
                ]
                session.rollback()
    return told


def test_of_what_is_closed_they_answer_as_of_what_is_not_there(
    operation: TestOperation, database: Database, closed: tuple[int, dict[str, UUID]], connection: Connection
) -> None:
    person, ids = closed
    found = definers(connection)
    nothing = answers(database, person, {kind: uuid4() for kind in ids}, found)

    assert len(nothing) >= 20
    assert answers(database, person, ids, found) == nothing

    with database.write(operation.person("EC", "country_lead")) as tx:
        open_to_country(tx, operation.id, "BO", is_open=True)
    opened = answers(database, person, ids, found)
    told = {name.split(" ")[0] for name, answer in opened.items() if answer != nothing[name]}
    assert told >= {"opinion_is_unsettled", "may_state_on", "kind_of_lead", "people_of_referral", "why_not_judge"}
