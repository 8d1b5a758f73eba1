"""Hashes of a video's frames, by which its copies are found.

Revision ID: 0122
Revises: 0121
"""

from migrations.sql_files import run_sql

revision = "0122"
down_revision = "0121"


def upgrade() -> None:
    """Keep frames beside their videos, and forget the near copies that the middle frame alone had made."""
    run_sql("""
-- The number of the transaction that wrote the frames of a video; null: they were not looked at. Whoever keeps them in
-- memory asks for what was written since the oldest transaction that was open when he last asked.
alter table media_item add column frames_hashed_in bigint;
create index ix_media_item_frames on media_item (operation_id, frames_hashed_in) where frames_hashed_in is not null;
create table video_frame (                     -- a sampled frame that shows enough to be compared
  media_item_id uuid not null references media_item,
  ordinal smallint not null,
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  at_ms int not null,
  pdq bytea not null check (octet_length(pdq) = 32),
  turned bytea not null check (octet_length(turned) = 224),  -- the same in the other quarter turns and mirrored
  primary key (media_item_id, ordinal)
);
create index ix_video_frame_compartment on video_frame (compartment_id);
alter table video_frame enable row level security;
create policy worker_all on video_frame to concord_worker using (true) with check (true);
create policy keys on video_frame for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
grant select on video_frame to concord_app;
grant select, insert, update on video_frame to concord_worker;

create function frames_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes its frames along.
begin
  update video_frame set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger frames_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function frames_follow_their_medium();
revoke execute on function frames_follow_their_medium from public;

-- Of videos: the share of frames that match, of the one of which more do. What the middle frame had joined is found
-- anew by all frames.
alter table near_copy add column percent smallint check (percent between 1 and 100);
delete from near_copy n using media_item m where m.id = n.media_item_id and m.kind = 'video';
""")
