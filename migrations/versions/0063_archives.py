"""An archive is a medium, and its members are files of the exhibit that name the line they came in.

Revision ID: 0063
Revises: 0062
"""

from migrations.sql_files import run_sql

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    """Members stand beside the files that came; a sender's list names the archive alone."""
    run_sql("""
alter table media_item drop constraint media_item_kind_check;
alter table media_item add constraint ck_media_item_kind check (kind in ('photo', 'video', 'archive'));
alter table media_item drop constraint ck_media_item_unseen;
alter table media_item add constraint ck_media_item_unseen
  check (unseen <@ '{end,damaged,moments,tracks,pictures,video,members}'::text[]);  -- analysis.sandbox.limits.UNSEEN
alter table received_file add column inside uuid references received_file;  -- the archive's line
create index ix_received_file_inside on received_file (inside) where inside is not null;
""")
