"""What a file's data say of its lens, place and time, and which picture of a file shows a face.

Revision ID: 0015
Revises: 0014
"""

from migrations.sql_files import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Keep what the decoder reads, number the pictures of a file, and know of a video inside a photo."""
    run_sql("""
alter table media_item
  add column lens_serial text,
  add column software text,
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  add column captured_subseconds text check (captured_subseconds ~ '^[0-9]{1,9}$'),  -- decimals of the second
  add column captured_offset text generated always as (substring(captured_at from '[+-][0-9]{2}:[0-9]{2}$')) stored,
  add constraint ck_media_item_place check ((latitude is null) = (longitude is null));
alter table media_item drop constraint media_item_unseen_check;
alter table media_item add constraint ck_media_item_unseen
  check (unseen <@ '{end,damaged,moments,tracks,pictures,video}'::text[]);  -- analysis.sandbox.limits.UNSEEN
-- Which picture of a file that holds several.
alter table face add column part int not null default 1 check (part >= 1);
""")
