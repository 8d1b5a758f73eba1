"""The application's own role writes past every command what its person may write, and learns what that person may
know."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from workspace.commands.cards import answer_card, check_card, make_card
from workspace.commands.clues import Seen, open_clue, state_clue_result
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.commands.person_words import SaidOfPerson, describe_person
from workspace.model.database import Database

REFUSED = "refused"


@dataclass
class Attacker:
    """Somebody with a line to the database as the application has it; nothing of what is tried stays."""

    database: Database
    person: int

    def tries(self, *statements: str, **facts: object) -> object:
        """What the last of these answers: its first value, or how many rows it changed; REFUSED where the database says
        no."""
        with Session(self.database.engine) as session:
            session.execute(text("select act_as(:me, false)"), {"me": self.person})
            try:
                for statement in statements:
                    done = session.execute(text(statement), {"me": self.person} | facts)
                answer = done.scalar() if done.returns_rows else done.rowcount  # type: ignore[attr-defined]
            except DBAPIError as refusal:
                if getattr(refusal.orig, "sqlstate", None) not in ("42501", "P0001"):
                    raise
                return REFUSED
            finally:
                session.rollback()
            return answer


class Room:
    """A clue of EC that PE opens too, with what was said of it, a card with a tip of CL, and a person of EC."""

    def __init__(self, operation: TestOperation, database: Database) -> None:
        self.operation, self.database = operation, database
        lead = operation.lead(Side("EC"), "PE")
        side = self.one(
            "select row_to_json(e) from lead_evidence e where lead_id = :lead and country = 'EC'", lead=lead
        )
        assert isinstance(side, dict)
        self.side = side
        own, second, other = operation.person("EC"), operation.person("EC", "analyst"), operation.person("CL")
        with database.write(own) as tx:
            self.clue = open_clue(
                tx, operation.id, what="object", claim="a bag", seen=Seen(media_id=side["media_item_id"])
            )
        with database.write(own) as tx:
            state_clue_result(tx, self.clue, result="country", country="CL", grounds="the label")
        with database.write(own) as tx:
            self.card = make_card(tx, self.clue, question="Where is this sold?")
        with database.write(second) as tx:
            check_card(tx, self.card, is_right=True)
        with database.write(other) as tx:
            self.tip = answer_card(tx, self.card, what="tip", body="in Arica", source="seen")
        number = self.one("select number from person where id = :id", id=side["person_id"])
        assert isinstance(number, int)
        with database.write(own) as tx:
            self.word = describe_person(tx, operation.id, number, SaidOfPerson("age_band", "7_12"))
        with database.write(own) as tx:
            self.statement = state_jurisdiction(
                tx, lead, country="CL", competence="protection", ground="offence_place", basis="b"
            )

    def one(self, statement: str, **facts: object) -> object:
        with self.operation.owner.connect() as rows:
            found: object = rows.execute(text(statement), facts).scalar_one()
            return found

    def attacker(self, country: str, role: str = "specialist") -> Attacker:
        return Attacker(self.database, self.operation.person(country, role))


@pytest.fixture
def room(operation: TestOperation, database: Database) -> Room:
    return Room(operation, database)


def test_who_said_it_takes_it_back_and_nobody_else(room: Room) -> None:
    statements = {
        "update clue_act set undone_at = now(), undone_by = :me where lead_id = :clue": 1,
        "update person_word set withdrawn_at = now(), withdrawn_by = :me where id = :word": 1,
        "update jurisdiction_claim set withdrawn_at = now() where id = :claim": 1,
    }
    facts = {"clue": room.clue, "word": room.word, "claim": room.statement}
    for statement, rows in statements.items():
        assert room.attacker("EC").tries(statement, **facts) == rows, statement
        assert room.attacker("PE").tries(statement, **facts) == 0, statement
    blamed = "update person_word set withdrawn_at = now(), withdrawn_by = :other where id = :word"
    assert room.attacker("EC").tries(blamed, other=room.operation.person("EC", "analyst"), **facts) == REFUSED


def test_a_place_in_the_queue_is_for_the_own_material(room: Room) -> None:
    lock = room.side["compartment_id"]
    asked = "select take_places(:lock, :units)"
    assert isinstance(room.attacker("EC").tries(asked, lock=lock, units=3), int)
    assert room.attacker("EC").tries(asked, lock=lock, units=-1) == REFUSED
    for other in (
        room.attacker("PE"),
        room.attacker("EC", "observer"),
        Attacker(room.database, room.operation.outsider()),
    ):
        assert other.tries(asked, lock=lock, units=1) == REFUSED


def test_opinions_of_newcomers_are_told_to_who_has_just_withdrawn_a_vouch(room: Room) -> None:
    operation, examiner = room.operation, room.operation.person("EC")
    voucher, member = room.attacker("PE"), room.attacker("CL")
    operation.change(
        "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion, "
        "reason) "
        "select operation_id, id, locks, :who, :ec, 'EC', 1, 1, 'ears' from lead where id = :lead",
        lead=room.clue, who=examiner, ec=operation.agencies["EC"],
    )  # fmt: skip
    operation.change("update membership set standing = 'newcomer' where user_id = :who", who=examiner)
    operation.change(
        "insert into vouch (operation_id, user_id, voucher_id, how) values (:op, :who, :by, 'on_a_call')",
        op=operation.id, who=examiner, by=voucher.person,
    )  # fmt: skip
    back = "update vouch set withdrawn_at = now(), withdrawn_by = :me where user_id = :who and withdrawn_at is null"
    told = "select count(*) from newcomers_opinions(:op)"
    assert voucher.tries(told, op=operation.id) == 0
    for by, rows in (
        (voucher, 1),
        (member, 0),
        (room.attacker("PE", "country_lead"), 1),
        (room.attacker("CL", "country_lead"), 0),
    ):
        assert by.tries(back, who=examiner) == rows
        assert by.tries(back, told, who=examiner, op=operation.id) == rows


def test_a_key_of_another_operation_opens_no_tip(room: Room, workers_database: Database) -> None:
    other = TestOperation(workers_database)
    giver = room.operation.person("CL")
    reader = Attacker(room.database, room.operation.person("CL", "observer"))
    told = "select count(*) from card_tip where answer_id = :tip"
    other.change("update app_user set agency_id = :own where id = :id", own=other.agencies["CL"], id=other.person("CL"))
    other.change(
        "insert into operation_agency (operation_id, agency_id, jurisdictions, competences) values (:op, :agency, "
        "'{CL}', '{}')",
        op=other.id, agency=room.operation.agencies["CL"],
    )  # fmt: skip
    other.change(
        "insert into compartment (operation_id, agency_id, sharing, is_common) values (:op, :agency, 'operation', "
        "true)",
        op=other.id, agency=room.operation.agencies["CL"],
    )  # fmt: skip
    other.change(
        "insert into membership (operation_id, user_id, role, standing) values (:op, :id, 'specialist', 'first')",
        op=other.id, id=reader.person,
    )  # fmt: skip

    assert reader.tries("select cardinality(my_keys())") == 1
    assert reader.tries(told, tip=room.tip) == 0
    assert Attacker(room.database, giver).tries(told, tip=room.tip) == 1
    assert room.attacker("EC").tries(told, tip=room.tip) == 1


def test_what_is_known_of_a_medium_is_what_a_digest_says_and_written_by_its_owner(room: Room) -> None:
    operation, medium = room.operation, room.side["media_item_id"]
    lists = {}
    for country in ("EC", "PE"):
        operation.change(
            "insert into known_list (operation_id, compartment_id, name, source, meaning, skips, brought_by) "
            "values (:op, :lock, :name, 's', 'abuse', false, :who)",
            op=operation.id, lock=operation.compartment(country), who=operation.person(country),
            name=f"known {country}",
        )  # fmt: skip
        lists[country] = room.one("select max(number) from known_list where operation_id = :op", op=operation.id)
    operation.change(
        "insert into known_hash (list_no, algorithm, digest) select :list, 1, md5 from media_item where id = :medium",
        list=lists["PE"], medium=medium,
    )  # fmt: skip
    named = (
        "insert into known_media (operation_id, media_item_id, list_no, meaning, algorithm) "
        "values (:op, :medium, :list, 'abuse', :algorithm)"
    )
    facts = {"op": operation.id, "medium": medium}
    owner, other = room.attacker("EC"), room.attacker("PE")
    assert owner.tries(named, list=lists["PE"], algorithm=1, **facts) == 1
    assert owner.tries(named, list=lists["PE"], algorithm=2, **facts) == REFUSED
    assert owner.tries(named, list=lists["EC"], algorithm=1, **facts) == REFUSED
    assert other.tries(named, list=lists["PE"], algorithm=1, **facts) == REFUSED


def test_an_age_is_said_in_the_compartment_of_its_person(room: Room) -> None:
    person = room.side["person_id"]
    assert room.one("select age_band from person where id = :id", id=person) == "7_12"
    room.operation.change(
        "update person_word set compartment_id = :other where id = :id",
        id=room.word, other=room.operation.compartment("EC", "agency"),
    )  # fmt: skip
    with room.operation.owner.connect() as rows:
        rows.execute(text("select set_ages(array[cast(:id as uuid)])"), {"id": person})
        assert rows.execute(text("select age_band from person where id = :id"), {"id": person}).scalar_one() is None


def test_a_clue_begins_without_what_two_people_say(room: Room) -> None:
    facts = {"lead": uuid4(), "op": room.operation.id, "lock": room.side["compartment_id"]}
    opened = "select open_clue_lead(:lead, :op, :lock, null, null)"
    written = (
        "insert into clue (lead_id, operation_id, locks, what, claim, opened_by, result, country) "
        "values (:lead, :op, array[cast(:lock as int)], 'object', 'c', :me, {said})"
    )
    for said, rows in (("null, null", 1), ("'country', 'PE'", REFUSED)):
        assert room.attacker("EC").tries(opened, written.format(said=said), **facts) == rows


def test_what_an_operation_counts_and_records_is_for_its_members(room: Room) -> None:
    outsider, member = Attacker(room.database, room.operation.outsider()), room.attacker("EC")
    event = '[{"kind": "lead:claimed", "lead_id": null, "locks": [], "payload": {}}]'
    asked: dict[str, dict[str, object]] = {
        "select next_number(:op, 'lead')": {},
        "select append_events(:op, cast(:event as jsonb))": {"event": event},
        "select apply_band_setting(:op)": {},
        "select tell_leads_of(:op, null, cast('{}' as uuid[]))": {},
        "select note_sights(:op, array[cast(:me as int)], array[cast(:lead as uuid)])": {"lead": room.clue},
    }
    for statement, facts in asked.items():
        assert outsider.tries(statement, op=room.operation.id, **facts) == REFUSED, statement
        assert member.tries(statement, op=room.operation.id, **facts) != REFUSED, statement
    for_another = "select note_sights(:op, array[cast(:other as int)], array[cast(:lead as uuid)])"
    assert member.tries(for_another, op=room.operation.id, other=room.operation.person("PE"), lead=room.clue) == 0
    assert member.tries("update counter set value = 1 where operation_id = :op", op=room.operation.id) == REFUSED


def test_opinions_are_void_once_the_person_has_left(room: Room) -> None:
    chief, who = room.attacker("PE", "country_lead"), room.operation.person("EC")
    room.operation.change(
        "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion, "
        "reason) "
        "select operation_id, id, locks, :who, :ec, 'EC', 1, 1, 'ears' from lead where id = :lead",
        lead=room.clue, who=who, ec=room.operation.agencies["EC"],
    )  # fmt: skip
    voided = "select count(*) from void_opinions(:op, :who)"
    assert chief.tries(voided, op=room.operation.id, who=who) == 0
    room.operation.change("update membership set ends_at = now() where user_id = :who", who=who)
    assert chief.tries(voided, op=room.operation.id, who=who) == 1


AUTHORS = {
    "annotation": "author_id", "assessment": "examiner_id", "clue": "opened_by", "comment": "author_id",
    "clue_act": "said_by",
    "clue_card": "made_by", "clue_medium": "added_by",
    "consent": "given_by", "corroboration": "stated_by", "country_lead_proposal": "proposed_by",
    "card_answer": "said_by", "threshold": "proposed_by", "difference": "seen_by", "edition": "drawn_up_by",
    "entry_end": "ended_by",
    "exercise_injection": "asked_by", "exhibit_change": "decided_by", "face_search": "user_id", "job": "asked_by",
    "jurisdiction_claim": "stated_by", "known_list": "brought_by",
    "known_table": "brought_by", "known_category": "said_by", "lead_reason": "author_id",
    "ledger_act": "decided_by",
    "media_mark": "marked_by", "media_view": "user_id", "opening": "answered_by", "original_check": "asked_by",
    "outcome": "recorded_by", "outside_result": "brought_by", "person_act": "decided_by", "person_word": "said_by",
    "presence": "user_id", "qualification": "recorded_by", "referral": "drafted_by", "referral_release": "asked_by",
    "register_import": "asked_by", "removal": "proposed_by", "series_act": "said_by", "suspension": "suspended_by",
    "terms_answer": "answered_by", "terms_change": "made_by", "terms_proposal": "proposed_by", "vouch": "voucher_id",
    "grade_table": "brought_by", "grade_rule": "set_by", "media_grade": "graded_by", "access_grant": "asked_by",
    "window_change": "moved_by",
    "exhibit_case": "brought_by", "series_column": "added_by", "series_word": "said_by",
    "comment_version": "author_id", "face_act": "said_by", "thread_act": "said_by",
    "picture_tiles": "asked_by", "video_copy": "asked_by", "video_range": "said_by", "video_still": "taken_by",
    "proposal": "proposed_by",
    "series_placement": "placed_by", "medium_placement": "placed_by", "series_join": "decided_by",
    "series_refusal": "refused_by", "half_upload": "owner_id", "probe": "user_id",
}  # fmt: skip
"""By table that people write: the column that says who acts."""
NO_AUTHOR = {
    "mention",
    "exhibit_case_record", "half_upload_piece",
    "agency", "app_user", "challenge", "compartment", "exercise_seat", "exhibit", "known_hash", "known_media",
    "lead_evidence",
    "ledger_entry", "media_item", "membership", "operation", "operation_agency", "participation", "received_file",
    "register",
    "register_entry", "series", "card_tip", "draft", "passkey", "session", "sight", "api_token", "invitation",
    "vouch_code", "write_key",
}  # fmt: skip
"""Facts, and what belongs to the person whose row it is: whose it is is asked by the policies of the table."""


def test_who_reads_anothers_rows_writes_nothing_into_them(room: Room) -> None:
    here = {key: room.side[key] for key in ("exhibit_id", "media_item_id", "face_id", "id")}
    facts = here | {
        "op": room.operation.id,
        "agency": room.operation.agencies["EC"],
        "lock": room.side["compartment_id"],
    }
    written = {
        "update exhibit set handling_code = 'H0' where id = :exhibit_id": ("EC", "specialist"),
        "update media_item set unseen = '{known}', state = 'read' where id = :media_item_id": ("EC", "specialist"),
        "update lead_evidence set side = side where id = :id": ("EC", "specialist"),
        "insert into exhibit (operation_id, compartment_id, country, label, kind, case_reference, custodian, "
        "was_prepared) "
        "values (:op, :lock, 'EC', 'planted', 'phone', 'c', 'c', false)": ("EC", "specialist"),
        "update agency set package_public_key = 'age1' where id = :agency": ("EC", "specialist"),
        "update participation set accepted_until = now() where operation_id = :op and country = 'EC'": (
            "EC",
            "country_lead",
        ),
        "update operation set second_from_other_country = false where id = :op": ("EC", "operation_lead"),
    }
    for statement, (country, role) in written.items():
        assert room.attacker(country, role).tries(statement, **facts) == 1, statement
        other = "specialist" if "operation set" in statement else "country_lead"
        assert room.attacker("PE", other).tries(statement, **facts) == REFUSED, statement
    joined = (
        "insert into participation (operation_id, country, accepted_at, accepted_by) values (:op, 'UY', now(), :me)"
    )
    assert room.attacker("EC", "country_lead").tries(joined, **facts) == REFUSED


def test_an_invitation_is_no_second_door_to_an_account(room: Room) -> None:
    chief, person = room.attacker("EC", "country_lead"), room.operation.person("EC")
    made = (
        "insert into invitation (id, user_id, created_by, expires_at) values "
        "(sha256('x'), :who, :me, now() + interval '1 day')"
    )
    brought = "update membership set invited_by = :me where user_id = :who"
    assert room.attacker("PE").tries(made, who=person) == REFUSED
    assert chief.tries(made, who=person) == REFUSED
    assert chief.tries(brought, made, who=person) == REFUSED, "who brought somebody in is no field to fill in"
    room.operation.change("update membership set invited_by = :by where user_id = :who", by=chief.person, who=person)
    assert chief.tries(made, who=person) == 1
    room.operation.change(
        "insert into passkey (id, user_id, public_key, sign_count, label) values (:id, :who, '', 0, 'key')",
        id=person.to_bytes(8), who=person,
    )  # fmt: skip
    assert chief.tries(made, who=person) == REFUSED
    competent = (
        "update operation_agency set competences = '{offender}' where operation_id = :op and agency_id = :agency"
    )
    facts = {"op": room.operation.id, "agency": room.operation.agencies["EC"]}
    assert (chief.tries(competent, **facts), room.attacker("EC").tries(competent, **facts)) == (1, REFUSED)


def test_a_role_and_who_brought_somebody_in_change_with_a_return_alone(room: Room) -> None:
    operation, person = room.operation, room.operation.person("EC", "analyst")
    ends = "update membership set ends_at = :at where operation_id = :op and user_id = :who"
    back = "update membership set ends_at = null, role = :role, invited_by = :me where operation_id = :op and user_id = :who"
    facts: dict[str, object] = {"op": operation.id, "who": person, "role": "specialist", "at": "2020-01-01"}
    for role in ("operation_lead", "country_lead", "administrator"):
        attacker = room.attacker("EC", role)
        for column, value in (
            ("role", "'country_lead'"),
            ("invited_by", ":me"),
            ("ends_at", "now() + interval '1 day'"),
        ):
            changed = f"update membership set {column} = {value} where operation_id = :op and user_id = :who"
            assert attacker.tries(changed, **facts) == REFUSED, (role, column)
        now = ends.replace(":at", "now()")
        assert attacker.tries(ends, **facts) == REFUSED, "nobody was removed yesterday"
        assert attacker.tries(now, **facts) == 1
        assert attacker.tries(now, back, **facts) == REFUSED, "gone and back are two writes"
    chief = room.attacker("EC", "country_lead")
    brought = "insert into membership (operation_id, user_id, role, standing, invited_by) values (:op, :new, :role, 'newcomer', :by)"
    new = {"new": operation.outsider(), "by": chief.person}
    assert chief.tries(brought, **facts | new) == 1
    assert chief.tries(brought, **facts | new | {"by": operation.person("EC")}) == REFUSED
    assert chief.tries(brought, **facts | new | {"role": "operation_lead"}) == REFUSED, "which he may not give"
    operation.change("update membership set ends_at = now() - interval '1 hour' where user_id = :who", who=person)
    assert chief.tries(back, **facts) == 1
    assert chief.tries(back, **facts | {"role": "administrator"}) == REFUSED
    assert chief.tries(back.replace(":me", "invited_by"), **facts) == REFUSED
    operation.change("update membership set ends_at = null where user_id = :who", who=person)


def test_jobs_are_wanted_in_operations_of_ones_own(room: Room, workers_database: Database) -> None:
    wanted = (
        "insert into job (kind, subject_id, operation_id, asked_by) values ('match_media', gen_random_uuid(), :op, :me)"
    )
    other = TestOperation(workers_database)
    assert room.attacker("EC").tries(wanted, op=room.operation.id) == 1
    for strange in (other.id, 0):
        assert room.attacker("EC").tries(wanted, op=strange) == REFUSED
    assert Attacker(room.database, room.operation.outsider()).tries(wanted, op=room.operation.id) == REFUSED


def test_who_acts_is_bound_in_every_table_that_people_write(connection: Connection) -> None:
    written = set(
        connection.scalars(
            text("select distinct table_name from information_schema.column_privileges where grantee = 'concord_app' "
                 "and privilege_type = 'INSERT'")
        )
    )  # fmt: skip
    assert written == set(AUTHORS) | NO_AUTHOR, "say in which column stands who acts, or that the row is a fact"
    loose = []
    for table, author in AUTHORS.items():
        checks = connection.scalars(
            text("select coalesce(with_check, qual) from pg_policies where tablename = :table and cmd in ('INSERT', 'ALL') "
                 "and roles::text like '%concord_app%'"),
            {"table": table},
        ).all()  # fmt: skip
        if not any(f"({author} = ( SELECT my_id() AS my_id))" in (check or "") for check in checks):
            loose.append(table)
    assert loose == []
