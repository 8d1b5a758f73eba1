"""The country in which a file says that it was taken, by packaged borders.

Revision ID: 0117
Revises: 0116
"""

from migrations.sql_files import run_sql

revision = "0117"
down_revision = "0116"


def upgrade() -> None:
    """Keep it with the medium, and find the media with a place by compartment."""
    run_sql("""
alter table media_item add column place_country text  -- analysis/places.py: ISO 3166-1; null where no country is
  constraint ck_media_item_place_country
    check (place_country is null or place_country ~ '^[A-Z]{2}$' and latitude is not null);
create index ix_media_item_place on media_item (compartment_id) where latitude is not null;
""")
