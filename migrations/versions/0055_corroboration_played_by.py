"""What was stated besides the face says who played the seat then, as what else was written does.

Revision ID: 0055
Revises: 0054
"""

from migrations.sql_files import run_sql

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Keep who played the seat with each statement; rows that are there take it from their event."""
    run_sql("""
alter table corroboration add column played_by text not null default 'person'
  check (played_by in ('person', 'partner'));
alter table corroboration alter column played_by set default my_played_by();
update corroboration t set played_by = e.played_by from event e
where e.kind = 'corroboration:stated' and e.payload->>'corroboration' = t.id::text and e.played_by <> 'person';
""")
