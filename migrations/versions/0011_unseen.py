"""What of a medium was not looked at, by code, instead of a bare «not complete».

Revision ID: 0011
Revises: 0010
"""

from migrations.sql_files import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Keep the codes; of what was read in part before, nothing but the end is known to be missing."""
    run_sql("""
alter table media_item add column unseen text[] not null default '{}'
  check (unseen <@ '{end,damaged,moments,tracks,pictures}'::text[]);  -- analysis.sandbox.limits.UNSEEN
update media_item set unseen = '{end}' where not is_complete;
alter table media_item drop column is_complete;
""")
