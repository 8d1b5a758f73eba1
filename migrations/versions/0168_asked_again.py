"""What a worker could not make may be asked for again by whoever may ask for it.

Revision ID: 0168
Revises: 0167
"""

from migrations.sql_files import run_sql

revision = "0168"
down_revision = "0167"


def upgrade() -> None:
    """A refused copy of a video, and refused tiles, wait anew in the name of who asks, and their jobs with them."""
    run_sql("""
create policy asked_again on video_copy for update to concord_app
  using (compartment_id = any ((select my_keys())::int[]) and state = 'refused')
  with check (is_open_video(media_item_id, operation_id, compartment_id) and asked_by = (select my_id())
    and state = 'asked' and refusal is null and frames_done = 0 and frames_of = 0);
grant update (state, refusal, asked_by, asked_at, frames_done, frames_of) on video_copy to concord_app;
create policy asked_again on picture_tiles for update to concord_app
  using (compartment_id = any ((select my_keys())::int[]) and state = 'refused')
  with check (is_open_photo(media_item_id, operation_id, compartment_id) and asked_by = (select my_id())
    and state = 'asked' and refusal is null and tiles_done = 0 and tiles_of = 0);
grant update (state, refusal, asked_by, asked_at, tiles_done, tiles_of) on picture_tiles to concord_app;

create or replace function wish_again(p_kind text, p_subjects uuid[]) returns void language sql security definer set search_path = public as $$
  -- People may change no job. Jobs of these kinds look once more at what stands, and may be done as often as somebody asks.
  update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null
  where id in (
    select j.id from job j
    where j.kind = p_kind and j.kind in ('match_again', 'embed_faces', 'make_copy', 'cut_picture') and j.subject_id = any (p_subjects)
      and j.operation_id = any (my_memberships()) and j.state <> 'waiting'
    order by j.subject_id for update) $$;
""")
