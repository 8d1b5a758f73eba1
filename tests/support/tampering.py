"""Changes governed rows and events behind Concord's back, one column at a time, and asks whether each is found and
named.

    make tampering            1,000 changes; the last line is one JSON object

The world: every layout of the races' catalogue, whose rows the owner binds as a migration does, then every act of it.
Each change is made as superuser without any trigger or check, verified inside its transaction, and taken back. It goes
from column to column, so that each is changed before any is changed again; those that could not be are printed.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from tests.support.owner import owner_of
from tests.support.race_acts import MEETINGS, Act, Scene
from tests.support.races import Races, racing
from workspace.queries.verification import verify_operation
from workspace.rules.verification import Broken, Verification

TIMES = 1_000
CHECKS = text("select conname from pg_constraint where contype = 'c' and conrelid = cast(:table as regclass)")
EVENT_COLUMNS = ("version", "at", "kind", "actor_id", "played_by", "lead_id", "locks", "payload", "body", "hash")
OTHER_VALUE = {
    "bool": "not {c}",
    "int2": "3 - {c}",
    "int4": "{c} + 1",
    "int8": "{c} + 1",
    "float4": "{c} + 0.125",
    "date": "{c} + 1",
    "timestamptz": "{c} + interval '1 second'",
    "uuid": "gen_random_uuid()",
    "bytea": "{c} || '\\x00'::bytea",
    "jsonb": "'{{\"changed\": true}}'::jsonb",
    "_int4": "{c} || 987654",
    "_text": "{c} || 'XX'::text",
    "_uuid": "{c} || gen_random_uuid()",
}
"""By type: another value of a column that has one."""
A_VALUE = {
    "bool": "true",
    "int4": "1",
    "int8": "1",
    "date": "current_date",
    "timestamptz": "now()",
    "uuid": "gen_random_uuid()",
    "bytea": "'\\x01'::bytea",
    "text": "'changed'",
    "jsonb": "'{{}}'::jsonb",
}
"""By type: a value for a column that has none."""


@dataclass(frozen=True)
class Change:
    """One column of one row that was changed, and what the verifier said of the row."""

    table: str
    key: str
    column: str
    found: bool
    named: bool


@dataclass(frozen=True)
class Laid:
    """The chains of a world (0: the installation's), and what did not match in it: what commands changed while it was
    laid out, of rows that nobody had bound (`unbound`), and anything else (`broken`)."""

    chains: list[int]
    unbound: set[Broken]
    broken: list[Broken]


def lay_out(races: Races, owner: Engine, *, acts: int | None = None, seed: int = 0) -> Laid:
    """Lay out every meeting once per act, bind what the owner wrote, then carry every act out, and verify.

    acts: of each meeting, drawn by lot with this seed; all of them without a number.
    """
    scenes: list[tuple[Scene, Act]] = []
    chance = random.Random(seed)
    for meeting in MEETINGS:
        for act in meeting.acts if acts is None else chance.sample(meeting.acts, min(acts, len(meeting.acts))):
            scene = Scene(TestOperation(races.workers), races.app)
            meeting.lay(scene)
            scene.actor(act)
            scenes.append((scene, act))
    bind(owner)
    chains = [0, *(scene.operation.id for scene, _ in scenes)]
    unbound = {each for chain in chains for each in verified(races.workers.engine, chain).broken}
    answers = Counter(races.do(act, scene).partition(":")[0] for scene, act in scenes)
    if set(answers) - {"done", "refused"}:
        raise AssertionError(f"an act was neither done nor refused: {answers}")
    after = [each for chain in chains for each in verified(races.workers.engine, chain).broken]
    return Laid(chains, unbound, [each for each in after if each not in unbound])


def bind(owner: Engine) -> None:
    """Bind every governed row as it stands, as a migration does."""
    with owner.begin() as connection:
        connection.execute(text("select seal_all(name) from governed"))
        connection.execute(text("select bind_all()"))


def verified(engine: Engine, operation_id: int) -> Verification:
    """What the verifier finds in an operation."""
    with Session(engine) as session:
        return verify_operation(session, operation_id)


class Tampering:
    """A superuser who changes single columns."""

    def __init__(self, superuser: Engine, laid: Laid, seed: int) -> None:
        self.superuser, self.chains = superuser, laid.chains
        self.unbound = {(each.table, each.key) for each in laid.unbound}
        self.chance = random.Random(seed)
        self.changed: set[tuple[str, str]] = set()
        with Session(superuser) as session:
            self.types = {
                (row.table_name, row.column_name): row.udt_name
                for row in session.execute(
                    text(
                        "select table_name, column_name, udt_name from information_schema.columns where table_schema = "
                        "'public'"
                    )
                )
            }
            self.tables = [dict(row._mapping) for row in session.execute(text("select * from governed order by name"))]
            self.tables = [table for table in self.tables if self._count(session, table)]
        self.tables.append(
            {
                "name": "event",
                "key": ["seq"],
                "operation": "operation_id",
                "fixed": EVENT_COLUMNS,
                "once": (),
                "free": (),
            }
        )

    @property
    def columns(self) -> list[tuple[dict[str, Any], str]]:
        """Every column that the record binds, of every table with a row here; the key where it binds nothing else."""
        return [
            (table, column)
            for table in self.tables
            for column in sorted([*table["fixed"], *table["once"], *table["free"]]) or table["key"]
        ]

    @property
    def untouched(self) -> list[str]:
        """The columns that no change has changed, because the database takes no other value there or it was not their
        turn."""
        return [f"{table['name']}.{name}" for table, name in self.columns if (table["name"], name) not in self.changed]

    def changes(self, times: int) -> Iterator[Change]:
        """So many changes, of one column after the other in an order drawn by lot, each of a row drawn by lot; then
        from the beginning.

        Raises:
            RuntimeError: no column at all could be changed.
        """
        made, columns = 0, self.columns
        while made < times:
            before = made
            self.chance.shuffle(columns)
            for table, column in columns:
                change = self._try(table, column) if made < times else None
                if change is not None:
                    made += 1
                    self.changed.add((change.table, change.column))
                    yield change
            if made == before:
                raise RuntimeError("no column could be changed")

    def _count(self, session: Session, table: dict[str, Any]) -> int:
        return int(
            session.execute(
                text(f'select count(*) from "{table["name"]}" where {_chain(table)} = any (:ids)'),
                {"ids": self.chains},
            ).scalar_one()
        )

    def _try(self, table: dict[str, Any], column: str) -> Change | None:
        """Change a column, verify, and take it back; None where the database does not take the value."""
        key = " || ' ' || ".join(f'"{each}"::text' for each in table["key"])
        name = f'"{table["name"]}"'
        with Session(self.superuser) as session:
            session.execute(text("select setseed(:lot)"), {"lot": self.chance.random()})
            rows = session.execute(
                text(f"select ctid::text as place, {key} as key, {_chain(table)} as chain, \"{column}\" is null as is_null "
                     f"from {name} where {_chain(table)} = any (:ids) order by random() limit :most"),
                {"ids": self.chains, "most": len(self.unbound) + 1},
            )  # fmt: skip
            row = next((each for each in rows if (table["name"], each.key) not in self.unbound), None)
            if row is None:
                return None
            value = self._value(table["name"], column, row.is_null)
            self._let_anything_in(session, table["name"])
            try:
                changed = session.execute(
                    text(f'update {name} set "{column}" = {value} where ctid = cast(:place as tid) '
                         f'and "{column}" is distinct from {value} returning {key}'),
                    {"place": row.place},
                ).scalar_one_or_none()  # fmt: skip
            except DBAPIError:
                session.rollback()
                return None
            if changed is None:
                return None
            told = [
                each
                for each in verify_operation(session, row.chain).broken
                if each.table == table["name"] and each.key in (row.key, changed)
            ]
            session.rollback()
        return Change(table["name"], row.key, column, bool(told), any(column in each.what for each in told))

    def _let_anything_in(self, session: Session, table: str) -> None:
        """Let this transaction change a table without any trigger or check, as a superuser can."""
        session.execute(text("set local session_replication_role = replica"))
        for check in session.scalars(CHECKS, {"table": table}).all():
            session.execute(text(f'alter table "{table}" drop constraint "{check}"'))

    def _value(self, table: str, column: str, is_null: bool) -> str:
        kind = self.types[table, column]
        quoted = f'"{column}"'
        if kind == "text" and not is_null:
            # What another row says passes a list of codes; else one more letter.
            others = f'(select o.{quoted} from "{table}" o where o.{quoted} <> "{table}".{quoted} limit 1)'
            return f"coalesce({others}, {quoted} || 'x')"
        return (A_VALUE if is_null else OTHER_VALUE).get(kind, "null").format(c=quoted)


def _chain(table: dict[str, Any]) -> str:
    return f'"{table["operation"]}"' if table["operation"] else "0"


def superuser_of(admin_url: str, database: str) -> Engine:
    """A superuser's engine for a database."""
    return create_engine(make_url(admin_url).set(database=database), connect_args={"options": "-c timezone=UTC"})


def main() -> int:
    """Make the changes and say how many were found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES, help=f"how many changes (default {TIMES})")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    asked = parser.parse_args()
    logging.disable(logging.WARNING)  # no worker listens here
    with racing() as races:
        laid = lay_out(races, owner_of(races.workers))
        for each in laid.broken:
            print("before any change:", each)
        superuser = superuser_of(races.admin_url, make_url(races.workers.url).database or "")
        tampering = Tampering(superuser, laid, asked.seed)
        told = list(tampering.changes(asked.times))
        superuser.dispose()
    if tampering.untouched:
        print("not changed:", *tampering.untouched)
    for each in told:
        if not each.found:
            print("NOT FOUND:", each)
    print(
        json.dumps(
            {
                "changes": len(told),
                "found": sum(each.found for each in told),
                "columns_named": sum(each.named for each in told),
                "columns": len(tampering.changed),
                "columns_not_changed": len(tampering.untouched),
                "tables": len({each.table for each in told}),
                "broken_before": len(laid.broken),
                "seed": asked.seed,
            }
        )
    )
    return int(bool(laid.broken) or not all(each.found for each in told))


if __name__ == "__main__":
    sys.exit(main())
