"""One edition of an operation is made at a time, and one that could not be made says so.

Revision ID: 0069
Revises: 0068
"""

from migrations.sql_files import run_sql

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    """Mark what was never made, and let one edition wait at a time."""
    run_sql("""
alter table edition add column failed_at timestamptz;
update edition e set failed_at = now() where as_of is null and not exists (
  select 1 from job j where j.kind = 'draw_up_edition' and j.subject_id = e.id and j.state in ('waiting', 'running'));
-- Of several that wait only the newest is made.
update edition e set failed_at = now() where as_of is null and failed_at is null
  and exists (select 1 from edition n where n.operation_id = e.operation_id and n.number > e.number
    and n.as_of is null and n.failed_at is null);
create unique index uq_edition_being_made on edition (operation_id) where as_of is null and failed_at is null;
""")
