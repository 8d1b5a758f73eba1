"""Where media were taken is read out of an index alone, with their regions.

Revision ID: 0165
Revises: 0164
"""

from migrations.sql_files import run_sql

revision = "0165"
down_revision = "0164"


def upgrade() -> None:
    """The index of media that state a place holds all that a map asks: nearly every page of the table holds one."""
    run_sql("""
drop index ix_media_item_place;
create index ix_media_item_place on media_item (compartment_id) include (id, sha256, latitude, longitude, place_country, place_region)
  where latitude is not null and register_entry_id is null and kind <> 'archive';
""")
