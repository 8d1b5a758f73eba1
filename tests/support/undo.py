"""Takes back what was written into a database, so that what was laid out once can be used again and again.

Triggers note each row before and after its change, in whichever transaction it was made. `back` puts the rows of the
notes back without firing a trigger; sequences go on. Nobody may write meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, text

_OPTIONS = (
    "-c timezone=UTC -c synchronous_commit=off -c lock_timeout=10s -c plan_cache_mode=force_generic_plan "
    "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
)
"""A handful of rows by their keys: no plan is better than the primary key's index, and none needs to be sought
twice."""
_INSTALL = """
create schema undo;
grant usage on schema undo to public;
create unlogged table undo.note (
  id bigint generated always as identity primary key, name text not null, before jsonb, after jsonb);
create function undo.note() returns trigger language plpgsql security definer set search_path = undo, pg_temp as $$
begin
  insert into undo.note (name, before, after) values (tg_table_name,
    case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
  return null;
end $$;
create function undo.back(upto bigint) returns void language plpgsql as $$
declare changed text;
begin
  set local session_replication_role = replica;
  for changed in select distinct name from undo.note where id > upto loop
    execute format('select undo.%I($1)', 'back_' || changed) using upto;
  end loop;
  delete from undo.note where id > upto;
end $$;
"""
_TABLES = text("""
select c.relname as name,
  (select array_agg(a.attname order by a.attnum) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
  (select array_agg(a.attname order by a.attnum) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum
  = any (i.indkey)
    where i.indrelid = c.oid and i.indisprimary) as keys
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname""")
_OF_TABLE = """
create trigger zz_note after insert or update or delete on public.{name} for each row execute function undo.note();
create function undo.back_{name}(upto bigint) returns void language sql as $$
  delete from public.{name} t using undo.note n, jsonb_populate_record(null::public.{name}, n.after) r
    where n.id > upto and n.name = '{name}' and n.after is not null and ({keys_t}) = ({keys_r});
  insert into public.{name} ({columns}) overriding system value
    select {columns_f} from (
      select distinct on ({keys_r}) n.before from undo.note n,
        jsonb_populate_record(null::public.{name}, coalesce(n.before, n.after)) r
        where n.id > upto and n.name = '{name}' order by {keys_r}, n.id) first,
      jsonb_populate_record(null::public.{name}, first.before) f
    where first.before is not null;
$$;
"""


@dataclass(frozen=True)
class Change:
    """A row of a table before and after it was written: columns and values as JSON says them, None where there is no
    row."""

    table: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Undo:
    """A superuser's connection to one database, where the triggers are from the beginning to `close`."""

    def __init__(self, admin_url: str, name: str) -> None:
        """admin_url: a superuser's; name: the database's."""
        self._engine = create_engine(
            make_url(admin_url).set(database=name), pool_size=1, connect_args={"options": _OPTIONS}
        )
        self._rows: Connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._rows.execute(text(_INSTALL))
        for name_, columns, keys in self._rows.execute(_TABLES).all():
            if keys:  # else it holds nothing that is written in use
                self._rows.execute(text(_of_table(name_, columns, keys)))

    def mark(self) -> int:
        """Where the notes stand now, for `changes` and `back`."""
        return int(self._rows.exec_driver_sql("select coalesce(max(id), 0) from undo.note").scalar_one())

    def changes(self, since: int) -> list[Change]:
        """What was written since, in the order in which it was written."""
        found = self._rows.execute(
            text("select name, before, after from undo.note where id > :since order by id"), {"since": since}
        )
        return [Change(*row) for row in found]

    def back(self, upto: int = 0) -> None:
        """Put everything back as it was at the mark, or at the beginning."""
        self._rows.execute(text("select undo.back(:upto)"), {"upto": upto})
        if not upto:
            self._rows.exec_driver_sql("truncate undo.note")

    def close(self) -> None:
        """Take the triggers away; what was not put back stays as it is."""
        for name, _columns, keys in self._rows.execute(_TABLES).all():
            if keys:
                self._rows.exec_driver_sql(f'drop trigger if exists zz_note on public."{name}"')
        self._rows.exec_driver_sql("set client_min_messages = warning")
        self._rows.exec_driver_sql("drop schema undo cascade")
        self._rows.close()
        self._engine.dispose()


def _of_table(name: str, columns: list[str], keys: list[str]) -> str:
    def each(names: list[str], alias: str = "") -> str:
        return ", ".join(f'{alias}"{one}"' for one in names)

    return _OF_TABLE.format(
        name=name,
        columns=each(columns),
        columns_f=each(columns, "f."),
        keys_t=each(keys, "t."),
        keys_r=each(keys, "r."),
    )
