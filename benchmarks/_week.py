"""The rows of a whole week, by SQL: what came, what was found in it, and what ten countries did with it.

Rows as workers and people would have left them, by the superuser's hand and without triggers: faces have no use for
comparison, pictures lie nowhere, and the record holds no governed row. Sizes are those of a large week times `share`.
What was laid out is kept as a database beside the one that is measured, a copy: where a benchmark keeps its engines'
home, the next run begins with the copy.
"""

from __future__ import annotations

import hashlib
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from tests.support.operation import TestOperation
from tests.support.owner import forget_owners, know_owner
from workspace.commands.people import ensure_service_users
from workspace.host.engines import OWNER, SUPERUSER, WORKER, Engines, prepare_database
from workspace.model.database import Database

COUNTRIES = ("EC", "PE", "CL", "AR", "BR", "UY", "CO", "BO", "PY", "VE")
FILES, LEADS, EVENTS = 370_000, 10_000, 100_000
_EXHIBITS = 74
_EVENTS_A_WRITE = 2_000

_ROWS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n")
_APPEND = """select append_events(%s, (select jsonb_agg(jsonb_build_object('kind', k.kind, 'lead_id', k.lead, 'locks',
    to_jsonb(k.locks),
  'payload', k.payload)) from (
    select case n %% 4 when 0 then 'media:viewed' else (array['lead:claimed', 'lead:released', 'lead:prioritised'])[n %%
    4] end as kind,
      case when n %% 4 > 0 then l.id end as lead, case when n %% 4 > 0 then l.locks else '{}' end as locks,
      case n %% 4 when 0 then jsonb_build_object('subject', gen_random_uuid()) when 3 then jsonb_build_object('before',
      2, 'after', 1)
        when 1 then jsonb_build_object('token', 1, 'until', now(), 'mode', 'work') else jsonb_build_object('token', 1)
        end as payload
    from generate_series(%s::int, %s::int) n join lead l on l.operation_id = %s and l.number = 1 + n %% %s) k))"""


def staff(operation: TestOperation) -> None:
    """Some 150 people: in each country who leads, who examines, who speaks with others and who receives."""
    for country in COUNTRIES:
        for role, times in (("country_lead", 1), ("specialist", 6), ("analyst", 4), ("liaison", 2), ("recipient", 1)):
            for which in range(1, times + 1):
                operation.person(country, role, which)
        for sharing in ("operation", "agency"):
            operation.compartment(country, sharing)
    operation.person("EC", "observer")
    operation.person("EC", "operation_lead")


def fill(operation: TestOperation, admin: str, share: int) -> None:
    """Make the week. admin: URL of a superuser; share: 1 for all of it, 10 for a tenth of each size."""
    staff(operation)
    values = {
        "op": operation.id,
        "service": operation.service_id,
        "files": FILES // share,
        "leads": LEADS // share,
        "exhibits": _EXHIBITS,
        "countries": list(COUNTRIES),
    }
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as line:
        line.execute("set session_replication_role = replica")
        line.execute("set synchronous_commit = off")
        for statement in filter(str.strip, _ROWS):
            line.execute(_named(statement), values)
        line.execute("set session_replication_role = origin")
        line.execute("select set_config('app.user_id', %s, false)", (str(operation.person("EC")),))
        for start in range(0, EVENTS // share, _EVENTS_A_WRITE):
            events = (operation.id, start, start + _EVENTS_A_WRITE - 1, operation.id, LEADS // share)
            line.execute(_APPEND, events)
        line.execute("vacuum analyze")


@dataclass(frozen=True)
class Side:
    """One country's side of the week. people: of each role its first; lock: of its common compartment."""

    operation_id: int
    country: str
    people: Mapping[str, int]
    lock: int


def side_of(country: str, admin: str) -> Side:
    """The side of a country in the week that a database holds."""
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as line:
        operation_id, lock = line.execute(_SIDE, {"country": country}).fetchone() or (0, 0)
        people = line.execute(_PEOPLE, {"op": operation_id, "country": country}).fetchall()
    return Side(operation_id, country, dict(people), lock)


_SIDE = """select c.operation_id, c.id from compartment c join agency a on a.id = c.agency_id
    where c.is_common and a.country = %(country)s order by c.operation_id desc limit 1"""
_PEOPLE = """select m.role, min(u.id) from membership m
    join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
    where m.operation_id = %(op)s and a.country = %(country)s group by m.role"""


def copied_week(engines: Engines, name: str, share: int) -> dict[str, str]:
    """A database with the week, a copy of the one that stands beside it, which is laid out where there is none. Returns
    its URL for each role; it has the newest migrations."""
    kept = f"week_{share}_{_digest()}"
    with psycopg.connect(engines.database_url(SUPERUSER, "postgres").replace("+psycopg", ""), autocommit=True) as line:
        names = {row[0] for row in line.execute("select datname from pg_database where datname like %s", ("week%",))}
        if kept not in names:
            for each in names:
                line.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(each)))
            _lay_out(engines, f"{kept}_making", share)
            line.execute(
                sql.SQL("alter database {} rename to {}").format(sql.Identifier(f"{kept}_making"), sql.Identifier(kept))
            )
        line.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        line.execute(
            sql.SQL("create database {} owner {} template {} strategy file_copy").format(
                *map(sql.Identifier, (name, OWNER, kept))
            )
        )
    urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), name, engines.passwords)
    with psycopg.connect(engines.database_url(SUPERUSER, name).replace("+psycopg", ""), autocommit=True) as line:
        line.execute("set session_replication_role = replica")
        for statement in _NOW:
            line.execute(statement)
    return urls


_NOW = (
    "update operation set opens_at = now() - interval '1 day', closes_at = now() + interval '4 days'",
    "update participation set accepted_until = now() + interval '4 days'",
)
"""A week that was laid out last month is open today."""


def _lay_out(engines: Engines, name: str, share: int) -> None:
    since = time.perf_counter()
    urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), name, engines.passwords)
    know_owner(urls)
    workers = Database(urls[WORKER])
    ensure_service_users(workers)
    fill(TestOperation(workers, countries=COUNTRIES), engines.database_url(SUPERUSER, name), share)
    workers.dispose()
    forget_owners()  # a database is copied only while nobody is connected to it
    print(f"the week was laid out in {time.perf_counter() - since:.0f} s", file=sys.stderr)


def _digest() -> str:
    """Of what says how the week is laid out."""
    said = Path(__file__).read_bytes() + Path(__file__).with_suffix(".sql").read_bytes()
    return hashlib.sha256(said).hexdigest()[:12]


def subjects(side: Side, admin: str) -> dict[str, UUID | int]:
    """What the addresses of pages name: one of each kind that somebody of this country sees."""
    found: dict[str, UUID | int] = {}
    asked = {"op": side.operation_id, "lock": side.lock, "country": side.country}
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as line:
        for name, statement in _SUBJECTS.items():
            row = line.execute(_named(statement), asked).fetchone()
            if row is None:
                raise RuntimeError(f"the week has no {name}")
            found[name] = row[0]
    return found


_HERE = "where operation_id = :op and compartment_id = :lock"
_HELD = "where operation_id = :op and locks @> array[:lock::int]"
_SUBJECTS = {
    "leads": f"select id from lead {_HELD} and stage = 'outcome' order by number limit 1",
    "lead_number": f"select number from lead {_HELD} order by number limit 1",
    "items": f"select media_item_id from face {_HERE} and person_id is not null order by id limit 1",
    "faces": f"select id from face {_HERE} and person_id is not null order by id limit 1",
    "exhibits": f"select id from exhibit {_HERE} order by label limit 1",
    "registers": f"select id from register {_HERE} limit 1",
    "entries": f"select id from register_entry {_HERE} order by number limit 1",
    "persons": f"select id from person {_HERE} order by number limit 1",
    "person_number": f"select number from person {_HERE} order by number limit 1",
    "series": f"select id from series {_HERE} order by number limit 1",
    "series_number": f"select number from series {_HERE} order by number limit 1",
    "referrals": "select id from referral where operation_id = :op and from_country = :country order by number limit 1",
    "cards": f"select id from clue_card {_HELD} order by number limit 1",
    "members": "select user_id from membership where operation_id = :op order by user_id limit 1",
}


def _named(statement: str) -> str:
    """With the driver's parameters for `:name`."""
    return re.sub(r"(?<![:\w]):([a-z]+)\b", r"%(\1)s", statement.replace("%", "%%"))
