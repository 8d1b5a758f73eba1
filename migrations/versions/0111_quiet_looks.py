"""A lifted veil changes no screen but the viewer's own: its event wakes none.

Revision ID: 0111
Revises: 0110
"""

from migrations.sql_files import run_sql

revision = "0111"
down_revision = "0110"


def upgrade() -> None:
    """Let `append_events` be silent where a write holds nothing but looks."""
    run_sql("""
do $$ declare v_body text := pg_get_functiondef('append_events(int, jsonb, text, text[], boolean)'::regprocedure);
  v_quiet text := replace(v_body, 'e->>''kind'' <> ''media:watched''',
    'e->>''kind'' not in (''media:viewed'', ''media:watched'')');
begin
  if v_quiet = v_body then raise exception 'append_events wakes screens in another way'; end if;
  execute v_quiet;
end $$;
""")
