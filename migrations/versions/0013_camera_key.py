"""Cameras are compared by a key of their maker and serial number, and a value in the number's place is none.

Revision ID: 0013
Revises: 0012
"""

from migrations.sql_files import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Give each medium the key of its camera; those read before keep what was compared until now, in small letters."""
    run_sql("""
alter table media_item add column camera_key text;  -- rules/cameras.py: maker and serial number; null if they name none
update media_item set camera_key = trim(lower(coalesce(camera_make, '')) || ' ' || lower(trim(camera_serial)))
  where length(trim(camera_serial)) >= 4 and trim(camera_serial) !~ '^(.)\\1*$';
drop index ix_media_item_serial;
create index ix_media_item_camera on media_item (operation_id, camera_key) where camera_key is not null;
create or replace view medium_with_owner with (security_invoker = true) as
  -- A medium, whose it is, and the exhibit that it came with first.
  select m.id, m.operation_id, m.compartment_id, m.register_entry_id, m.kind, m.state, m.sha256, m.pdq, m.pdq_quality,
    m.camera_make, m.camera_serial, m.captured_at, m.received_at, m.read_at, c.agency_id, c.country,
    first_exhibit(m.id) as exhibit_id, m.camera_key
  from media_item m join compartment_with_agency c on c.id = m.compartment_id;
""")
