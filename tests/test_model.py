"""The tables in Python are the tables in the database, and each role may do only what it needs.

The SQL of record stands in migrations/; the model repeats it for queries. Rights are asked of the database itself.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tests.support.operation import Side, TestOperation
from workspace.commands.leads_open import pair_key
from workspace.host.engines import APP, OWNER, WORKER
from workspace.model import Base
from workspace.model.database import Database

Grants = dict[str, set[str]]

NOT_OURS = {"alembic_version"}

UNLOCKED_SECRETS = {
    "event": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "chain": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "face": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "track": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "near_copy": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "video_frame": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "picture_part": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "picture_text": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "media_sweep": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "text_reading": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "job": {"UPDATE", "DELETE", "TRUNCATE"},
    "lead_reason": {"UPDATE", "DELETE", "TRUNCATE"},
    "lead_told": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "lead": {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"},
}
"""What people's role may not do to a whole table, whatever row it is."""
SEALED = {
    *("exercise_identity", "exercise_shown", "exercise_entry"),
    *("governed", "row_seal", "open_act", "event_rows", "erasable", "open_erasure", "reading_turn"),
}
"""The truth of an exercise, and the salts of the record: nobody of people's role may do anything with it, whoever
asks."""
PEOPLE_FORGET = {"debrief_opinion", "challenge", "presence", "draft", "passkey", "write_key"}
WORKERS_FORGET = {
    *("challenge", "presence", "draft", "near_copy", "write_key", "known_hash", "known_media"),
    *("half_upload", "half_upload_piece"),
    "picture_tiles",  # made again when they are asked for
    "region",  # of a country whose regions are imported anew, or removed
}
"""The only tables from which a row may go; everything else is kept, and changed by a later row."""


@pytest.fixture
def inspector(connection: Connection) -> sa.Inspector:
    return sa.inspect(connection)


def ours(inspector: sa.Inspector) -> set[str]:
    return set(inspector.get_table_names("public")) - NOT_OURS


# --- The model --------------------------------------------------------------------------------------------------------


def test_the_model_holds_exactly_the_tables_of_the_database(inspector: sa.Inspector) -> None:
    assert set(Base.metadata.tables) == ours(inspector)


def test_every_column_has_the_same_name_type_and_nullability(inspector: sa.Inspector) -> None:
    for name, table in Base.metadata.tables.items():
        there = {column["name"]: (_type(column["type"]), column["nullable"]) for column in inspector.get_columns(name)}
        here = {column.name: (_type(column.type), bool(column.nullable)) for column in table.columns}
        assert here == there, name


def _type(found: sa.types.TypeEngine[Any]) -> str:
    """A column's type as PostgreSQL writes it; the type that pgvector adds is known by its name."""
    word = found.compile(sa.dialects.postgresql.dialect()).lower()
    return {"float": "double precision", "float(53)": "double precision"}.get(
        word, word.partition("(")[0] if "vec" in word else word
    )


def test_every_key_is_the_same(inspector: sa.Inspector) -> None:
    for name, table in Base.metadata.tables.items():
        assert {column.name for column in table.primary_key} == set(
            inspector.get_pk_constraint(name)["constrained_columns"]
        ), name
        here = {(key.parent.name, key.target_fullname) for key in table.foreign_keys}
        there = {
            (column, f"{key['referred_table']}.{target}")
            for key in inspector.get_foreign_keys(name)
            for column, target in zip(key["constrained_columns"], key["referred_columns"], strict=True)
        }
        assert here == there, name


def test_a_column_with_a_default_in_the_database_has_one_in_the_model(inspector: sa.Inspector) -> None:
    """Else an insert through the model would ask for a value, or read back nothing."""
    for name, table in Base.metadata.tables.items():
        for column in inspector.get_columns(name):
            given = column["default"] is not None or bool(column.get("identity")) or column.get("computed") is not None
            known = table.columns[column["name"]]
            has_default = known.server_default is not None or known.identity is not None or known.autoincrement is True
            if given and not known.primary_key:
                assert has_default, f"{name}.{column['name']}"


def test_an_ordinary_select_never_asks_for_a_hidden_score() -> None:
    from workspace.model import Lead

    asked = {attribute.key for attribute in sa.inspect(Lead).column_attrs if not attribute.deferred}
    assert not asked & {"score", "band", "rank"}


# --- The locks --------------------------------------------------------------------------------------------------------


def test_every_table_is_locked_by_row_level_security(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "select relname, relrowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind in "
            "('r', 'p')"
        )
    )
    assert {row.relname for row in rows if not row.relrowsecurity} == NOT_OURS


def test_the_application_and_the_workers_own_nothing_and_pass_no_lock(connection: Connection) -> None:
    roles = connection.execute(
        text(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where "
            "rolname = any (:names)"
        ),
        {"names": [APP, WORKER]},
    ).all()
    owned = connection.execute(
        text("select relname from pg_class join pg_roles r on r.oid = relowner where r.rolname = any (:names)"),
        {"names": [APP, WORKER]},
    ).all()
    inherited = connection.execute(
        text(
            "select m.rolname from pg_auth_members a join pg_roles m on m.oid = a.member where m.rolname = any (:names)"
        ),
        {"names": [APP, WORKER]},
    ).all()

    assert [tuple(role)[1:] for role in roles] == [(False,) * 5] * 2
    assert (owned, inherited) == ([], [])


def test_every_definer_function_has_its_own_search_path_and_is_not_for_everybody(connection: Connection) -> None:
    """A function with the owner's rights must not look names up where a caller can put others, nor be open to any
    role."""
    rows = connection.execute(
        text(
            "select p.oid::regprocedure::text as name, p.prosecdef as is_definer, coalesce(p.proconfig, '{}') as "
            "config, "
            "has_function_privilege('public', p.oid, 'execute') as is_public "
            "from pg_proc p where p.pronamespace = 'public'::regnamespace and not exists ("
            "  select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
        )
    ).all()

    assert len(rows) > 20
    assert [row.name for row in rows if row.is_definer and "search_path=public" not in row.config] == []
    assert [row.name for row in rows if row.is_public] == []


def test_nobody_but_our_two_roles_holds_any_right(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "select distinct grantee from information_schema.role_table_grants where table_schema = 'public' "
            "union select distinct grantee from information_schema.column_privileges where table_schema = 'public'"
        )
    )
    assert {row.grantee for row in rows} <= {OWNER, APP, WORKER}


# --- The views --------------------------------------------------------------------------------------------------------

VIEWS_OF = {
    "active_membership": "select operation_id, user_id from membership",
    "user_with_country": "select id from app_user",
    "compartment_with_agency": "select id from compartment",
    "medium_with_owner": "select id from media_item",
    "medium_to_sweep": "select id from media_item where state = 'read' and kind in ('photo', 'video') and register_entry_id is null",
    "described_face": "select id from face",
    "searched_with": "select id from face where embedding is not null and taken_away_as is null",
    "lead_copy": "select lead_id, side from lead_evidence",
    "side_code": "select lead_id, side from lead_evidence",
    "medium_copy": "select media_item_id from received_file union select id from media_item where register_entry_id is not null",
    "open_side": "select lead_id, side from lead_evidence",
}
"""By view for people: the rows of the table that it shows with more beside them."""


def test_every_view_looks_with_the_rights_of_whoever_asks(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "select relname, coalesce(reloptions, '{}') as options from pg_class "
            "where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
        )
    ).all()
    assert {row.relname for row in rows} == {*VIEWS_OF, "sent_referral"}
    assert [row.relname for row in rows if "security_invoker=true" not in row.options] == []


def test_nobody_writes_through_a_view_and_people_ask_their_own_alone(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "select r.role, c.relname, array_agg(p.privilege) as held from pg_class c, unnest(cast(:roles as text[])) "
            "as r(role), "
            "unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as p(privilege) "
            "where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and has_table_privilege(r.role, c.oid, "
            "p.privilege) "
            "group by 1, 2"
        ),
        {"roles": [APP, WORKER]},
    ).all()
    held = {(row.role, row.relname): row.held for row in rows}
    assert held == {
        **{(role, view): ["SELECT"] for role in (APP, WORKER) for view in VIEWS_OF},
        (WORKER, "sent_referral"): ["SELECT"],
    }


@pytest.mark.parametrize("view", sorted(VIEWS_OF))
def test_a_view_shows_a_viewer_the_rows_of_its_table_and_no_more(
    view: str, operation: TestOperation, database: Database
) -> None:
    operation.lead()
    operation.lead(Side("EC", "agency"), Side("PE", "agency"))
    columns = VIEWS_OF[view].removeprefix("select ").partition(" from ")[0]
    counts = {}

    for country, role in (("EC", "specialist"), ("CL", "specialist"), ("CL", "observer")):
        with database.read(operation.person(country, role)) as seen:
            through = seen.session.execute(text(f"select {columns} from {view}")).all()
            table = seen.session.execute(text(VIEWS_OF[view])).all()
        assert sorted(through) == sorted(table)
        counts[country, role] = len(through)
    with database.read(None) as nobody:
        told = nobody.session.execute(text(f"select {columns} from {view}")).all()

    assert told == []
    if view in ("medium_with_owner", "described_face"):
        assert counts["EC", "specialist"] > counts["CL", "specialist"] > counts["CL", "observer"] == 0


def test_a_membership_that_ended_and_a_disabled_account_are_no_active_membership(
    operation: TestOperation, database: Database
) -> None:
    here, left, disabled = (operation.person("EC", which=which) for which in range(3))
    operation.change("update membership set ends_at = now() where user_id = :id", id=left)
    operation.change("update app_user set disabled_at = now() where id = :id", id=disabled)

    with database.read(here) as view:
        asked = text("select user_id from active_membership where operation_id = :op")
        active = set(view.session.scalars(asked, {"op": operation.id}))

    assert active & {here, left, disabled} == {here}


def test_the_pair_of_two_faces_has_one_key_in_sql_and_in_python(connection: Connection) -> None:
    """Matching leaves out what examiners rejected by the key that a lead was opened with."""
    one, other = uuid4(), uuid4()
    here = pair_key("same_face", str(one), str(other))

    for first, second in ((one, other), (other, one)):
        there = connection.execute(text("select pair_key_of_faces(:one, :other)"), {"one": first, "other": second})
        assert bytes(there.scalar_one()) == here


# --- The rights -------------------------------------------------------------------------------------------------------


@pytest.fixture
def rights(connection: Connection) -> dict[str, Grants]:
    """By role and table: what it may do to the table as a whole."""
    found: dict[str, Grants] = {APP: {}, WORKER: {}}
    rows = connection.execute(
        text(
            "select r.role, c.relname, p.privilege from pg_class c, unnest(cast(:roles as text[])) as r(role), "
            "unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as "
            "p(privilege) "
            "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege(r.role, "
            "c.oid, p.privilege)"
        ),
        {"roles": [APP, WORKER]},
    )
    for row in rows:
        found[row.role].setdefault(row.relname, set()).add(row.privilege)
    return found


def test_people_may_not_write_the_record_nor_what_belongs_to_workers(rights: dict[str, Grants]) -> None:
    wrong = {table: sorted(rights[APP].get(table, set()) & denied) for table, denied in UNLOCKED_SECRETS.items()}
    assert {table: found for table, found in wrong.items() if found} == {}


def test_rows_are_forgotten_only_where_nothing_is_lost(rights: dict[str, Grants]) -> None:
    assert {table for table, may in rights[APP].items() if "DELETE" in may} == PEOPLE_FORGET
    assert {table for table, may in rights[WORKER].items() if "DELETE" in may} == WORKERS_FORGET
    assert [
        table for role in rights.values() for table, may in role.items() if may & {"TRUNCATE", "REFERENCES", "TRIGGER"}
    ] == []


def test_workers_may_not_write_the_record_by_hand(rights: dict[str, Grants]) -> None:
    assert not (rights[WORKER]["event"] | rights[WORKER]["chain"]) & {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}


def columns_of(connection: Connection, table: str, privilege: str) -> set[str]:
    rows = connection.execute(
        text(
            "select attname from pg_attribute where attrelid = cast(:table as regclass) and attnum > 0 and not "
            "attisdropped "
            "and has_column_privilege(:role, attrelid, attnum, :privilege)"
        ),
        {"table": table, "role": APP, "privilege": privilege},
    )
    return {row.attname for row in rows}


def test_people_read_every_column_of_a_lead_but_its_hidden_scores(connection: Connection) -> None:
    readable = columns_of(connection, "lead", "SELECT")
    assert set(Base.metadata.tables["lead"].columns.keys()) - readable == {"score", "shown_score", "band", "rank"}


def test_people_read_every_column_of_an_exercise_but_its_seed(connection: Connection) -> None:
    """The seed decides the partners' errors."""
    readable = columns_of(connection, "exercise", "SELECT")
    assert set(Base.metadata.tables["exercise"].columns.keys()) - readable == {"seed"}


def test_people_change_neither_a_leads_sides_nor_its_scores(connection: Connection) -> None:
    assert columns_of(connection, "lead", "UPDATE") == {
        "stage",
        "stage_since",
        "stage_reason",
        "stage_why",
        "priority",
        "holder_id",
        "holder_agency_id",
        "lease_until",
        "claim_token",
        "opinions",
        "bands_shown",
        "basis_ended",
        "late_until",
        "age_gap_years",
    }
    assert columns_of(connection, "lead", "INSERT") == set()


def test_people_change_neither_an_accounts_agency_nor_its_powers(connection: Connection) -> None:
    assert columns_of(connection, "app_user", "UPDATE") == {"name", "language", "theme", "contact", "disabled_at"}


FORBIDDEN = [
    "insert into event (operation_id, seq, version, at, kind, actor_id, locks, payload, body, hash) "
    "values (:op, 999, 2, now(), 'x:y', 1, '{}', '{}', '', '')",
    "update event set payload = '{}' where operation_id = :op",
    "delete from event where operation_id = :op",
    "update chain set last_seq = 0 where operation_id = :op",
    "select score from lead where operation_id = :op",
    "select * from lead where operation_id = :op",
    "select l from lead l where operation_id = :op",
    "select to_jsonb(l) from lead l where operation_id = :op",
    "select 1 from lead where band = 'strong' and operation_id = :op",
    "select id from lead where operation_id = :op order by score desc",
    "update lead set locks = '{}' where operation_id = :op",
    "update lead set score = 0 where operation_id = :op",
    "update lead set stage = 'verified' where operation_id = :op returning score",
    "update job set state = 'done' where operation_id = :op",
    "delete from comment where operation_id = :op",
    "update app_user set is_house_admin = true where id = :me",
    "update app_user set agency_id = 1 where id = :me",
    "alter table lead disable row level security",
    "drop policy keys on lead",
    "create table mine (id int)",
    "set role concord_worker",
    "set role concord_owner",
    "set session authorization concord_owner",
    "truncate draft",
    "copy lead to program 'cat'",
    "select pg_read_file('/etc/passwd')",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_what_no_command_does(
    statement: str, operation: TestOperation, database: Database
) -> None:
    """Even a broken route, or a person who got the application's password, cannot do these."""
    operation.lead()
    me = operation.person("EC", "country_lead")
    values = {"op": operation.id, "me": me}

    with database.engine.connect() as mine:
        mine.execute(text("select act_as(:me)"), {"me": me})
        with pytest.raises(DBAPIError) as refused:
            mine.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})

    assert "permission denied" in str(refused.value) or "must be owner" in str(refused.value)


@pytest.mark.parametrize(
    "statement", ["delete from event", "update event set payload = '{}'", "truncate event cascade"]
)
def test_not_even_the_owner_rewrites_the_record(
    statement: str, connection: Connection, operation: TestOperation, database: Database
) -> None:
    from workspace.commands.claims import claim_lead

    with database.write(operation.person()) as tx:
        claim_lead(tx, operation.lead())

    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))


@pytest.mark.parametrize("table", sorted(SEALED))
@pytest.mark.parametrize("role", ["director", "operation_lead", "country_lead", "observer", "administrator"])
def test_nobody_reads_the_truth_of_an_exercise(
    table: str, role: str, operation: TestOperation, database: Database
) -> None:
    with database.engine.connect() as mine:
        mine.execute(text("select act_as(:me)"), {"me": operation.person("EC", role)})
        with pytest.raises(DBAPIError, match="permission denied"):
            mine.execute(text(f"select count(1) from {table}"))


def test_who_says_no_name_sees_nothing(operation: TestOperation, database: Database) -> None:
    """A connection that nobody signed in on, as after a reset of the pool: the installation's own chain and services,
    no person."""
    operation.lead()
    operation.person()
    hidden = {"chain": "operation_id <> 0", "app_user": "not is_service"}

    with database.engine.connect() as nobody:
        nobody.execute(text("select act_as(null)"))
        counts = {
            name: nobody.execute(text(f"select count(1) from {name} where {hidden.get(name, 'true')}")).scalar_one()
            for name in set(Base.metadata.tables) - SEALED
        }

    assert {name: n for name, n in counts.items() if n} == {}
