"""A database of the version before: its exercises go on, in one chain of both versions; a real operation is refused
with a sentence."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import Connection, sql
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from tests.support.servers import ROOT, Servers
from workspace.errors import Invalid
from workspace.exchange.verify_record import Head, export_line, verify_record
from workspace.host.engines import OWNER, upgrade_database
from workspace.queries.verification import verify_operation

EARLIER = "0002"
TAKEN_OVER = {
    "kind": "lead:taken_over",
    "lead_id": None,
    "locks": [],
    "payload": {"holder": 1, "token": 2, "reason": "shift ended"},
}
CLAIMED = {"kind": "lead:claimed", "lead_id": None, "locks": [], "payload": {"token": 3}}


@contextmanager
def database_of_before(servers: Servers) -> Iterator[str]:
    """The owner's URL of a database as the version before left it."""
    name = f"earlier_{secrets.token_hex(4)}"
    admin = make_url(servers.admin_url).set(drivername="postgresql")
    url = make_url(servers.urls[OWNER]).set(database=name)
    with psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
        with psycopg.connect(admin.set(database=name).render_as_string(hide_password=False), autocommit=True) as inside:
            inside.execute("create extension vector")
        config = Config(ROOT / "alembic.ini")
        config.attributes["url"] = url.render_as_string(hide_password=False)
        command.upgrade(config, EARLIER)
        yield url.render_as_string(hide_password=False)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def earlier(servers: Servers) -> Iterator[str]:
    with database_of_before(servers) as found:
        yield found


@dataclass(frozen=True)
class Upgraded:
    """A database of before that was brought up to date, with an exercise that went on in it, and an operation in which
    nothing had happened."""

    url: str
    exercise: int
    silent: int


@pytest.fixture(scope="module")
def upgraded(servers: Servers) -> Iterator[Upgraded]:
    with database_of_before(servers) as url, as_owner(url) as connection:
        exercise, silent = (operation(connection, name, is_exercise=name == "RIVER") for name in ("RIVER", "LANTERN"))
        append(connection, exercise, TAKEN_OVER)
        append(connection, 0, CLAIMED)  # the installation's own chain goes on in every case
        write_doubles(connection, silent)
        upgrade_database(url)
        for chain in (exercise, 0):
            append(connection, chain, CLAIMED)
        yield Upgraded(url, exercise, silent)


def as_owner(url: str) -> Connection:
    return psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )


def operation(connection: Connection, name: str, *, is_exercise: bool) -> int:
    """An operation with a person who acts from now on in this session."""
    row = connection.execute(
        "with a as (insert into agency (country, name, kind) values ('EC', %s, 'police') returning id), "
        "u as (insert into app_user (agency_id, name) select id, 'EC lead' from a returning id), "
        "o as (insert into operation (code_name, purpose, legal_basis, time_zone, opens_at, closes_at, terms, "
        "is_exercise, wrapped_key) "
        "values (%s, 'p', 'l', 'UTC', now(), now() + interval '1 day', 't', %s, '') returning id), "
        "c as (insert into chain (operation_id) select id from o) select o.id, set_config('app.user_id', u.id::text, "
        "false) from o, u",
        [f"Police {name}", name, is_exercise],
    ).fetchone()
    assert row is not None
    return int(row[0])


def append(connection: Connection, operation_id: int, event: dict[str, object]) -> None:
    connection.execute("select append_events(%s, %s)", [operation_id, json.dumps([event])])


def test_an_exercise_goes_on_in_one_chain_of_both_versions(upgraded: Upgraded) -> None:
    with as_owner(upgraded.url) as connection:
        for chain in (upgraded.exercise, 0):
            rows = connection.execute(
                "select version, body, hash from event where operation_id = %s order by seq", [chain]
            ).fetchall()
            lines = [export_line(body, digest) for _, body, digest in rows]
            bound = 1 if chain == 0 else 2  # times that migrations bound the rows that stood
            assert [version for version, _, _ in rows] == [1] + [2] * (bound + 1)
            assert verify_record(lines, heads=[Head(rows[-1][2].hex())]).faults == []
            assert verify_record(lines[1:]).faults[0].startswith("line 1:")


def test_a_real_operation_of_the_version_before_is_refused_and_left_as_it_was(earlier: str) -> None:
    with as_owner(earlier) as connection:
        here = operation(connection, "LANTERN", is_exercise=False)
        append(connection, here, TAKEN_OVER)

        with pytest.raises(Invalid, match="Operation LANTERN was recorded by an earlier version"):
            upgrade_database(earlier)

        append(connection, here, CLAIMED)
        assert connection.execute("select version_num from alembic_version").fetchone() == (EARLIER,)
        assert connection.execute("select count(*) from event where operation_id = %s", [here]).fetchone() == (2,)


def write_doubles(connection: Connection, here: int) -> None:
    """Names and numbers of which several are the same once digits are compared."""
    for name in ("Unit \u0662", "Unit 2", "Unit \u0969"):
        connection.execute("insert into agency (country, name, kind) values ('EC', %s, 'police')", [name])
    connection.execute(
        "with c as (insert into compartment (operation_id, agency_id, sharing) select %s, min(id), 'operation' "
        "from agency returning *), "
        "r as (insert into register (operation_id, compartment_id, country, name, legal_source, attested_by) "
        "select c.operation_id, c.id, 'EC', 'r', 'l', u.id from c, (select min(id) as id from app_user) u returning *) "
        "insert into register_entry (operation_id, compartment_id, register_id, number) "
        "select operation_id, compartment_id, id, 'R-\u0662\u0660' from r",
        [here],
    )


def test_an_operation_without_an_event_is_no_reason_to_refuse_and_what_stood_is_compared_by_its_digits(
    upgraded: Upgraded,
) -> None:
    with as_owner(upgraded.url) as connection:
        assert connection.execute("select number_key, find_key from register_entry").fetchall() == [("r-20", "r-20")]
        keys = connection.execute(
            "select name_key from agency where name like 'Unit%' order by created_at, id"
        ).fetchall()
        assert keys == [(None,), ("unit 2",), ("unit 3",)]  # one key stands once
    engine = create_engine(upgraded.url)
    with Session(engine) as session:
        assert verify_operation(session, upgraded.silent).broken == []  # what the migration changed is bound
    engine.dispose()
