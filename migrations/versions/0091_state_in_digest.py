"""Whoever looks at a board or a lead hears at once that the operation's state has changed.

Revision ID: 0091
Revises: 0090
"""

from migrations.sql_files import run_sql

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    """What may be done depends on the state as on keys: a client whose digest differs asks for everything anew."""
    run_sql("""
create or replace function my_keys_digest(p_operation int) returns text
  language sql stable security definer parallel safe set search_path = public
  -- A digest of what the viewer may open in this operation, pairs too, of what is closed to the viewer's country, and
  -- of the operation's state: when it changes, a client takes a fresh snapshot. It is the same for a session that
  -- reaches exercises alone, and for the socket that answers several sessions at once. Closing an exhibit takes rows
  -- out of a lock whose key everybody keeps, so that the number of closings counts too.
  as $$ select md5(p_operation::text || ':' || (select coalesce(array_agg(c.id order by c.id), '{}') from compartment c
          where c.operation_id = p_operation and c.id = any ((select my_keys())::int[]))::text
          || coalesce((select string_agg(':' || p.lead_id || '/' || p.side, '' order by p.lead_id, p.side)
              from my_pair_sides() p
                       where p.operation_id = p_operation), '')
          || coalesce((select ';' || string_agg(c.id::text, ',' order by c.id) from compartment c
                       where c.operation_id = p_operation and c.id = any ((select my_closed())::int[])), '')
          || coalesce((select '#' || n.value from counter n where n.operation_id = p_operation
              and n.what = 'closing'), '')
          || coalesce((select '=' || o.state from operation o where o.id = p_operation), '')) $$;
""")
