"""The PDQ hashes of a medium turned and mirrored, with which it looks for others.

Revision ID: 0024
Revises: 0023
"""

from migrations.sql_files import run_sql

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Keep them with the medium; what was read before is found by what comes later."""
    run_sql("""
-- As analysis.near_duplicates makes them: seven of 32 bytes.
alter table media_item add column pdq_turned bytea[] not null default '{}';
create or replace view medium_with_owner with (security_invoker = true) as
  -- A medium, whose it is, and the exhibit that it came with first.
  select m.id, m.operation_id, m.compartment_id, m.register_entry_id, m.kind, m.state, m.sha256, m.pdq, m.pdq_quality,
    m.camera_make, m.camera_serial, m.captured_at, m.received_at, m.read_at, c.agency_id, c.country,
    first_exhibit(m.id) as exhibit_id, m.camera_key, m.pdq_turned
  from media_item m join compartment_with_agency c on c.id = m.compartment_id;
""")
