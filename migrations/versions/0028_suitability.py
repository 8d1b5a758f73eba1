"""Whether the pictures of a lead can be compared: each opinion says so, side by side.

Revision ID: 0028
Revises: 0027
"""

from migrations.sql_files import run_sql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Let an opinion hold one word per side; opinions signed before hold none. A veil's own index finds a view."""
    run_sql("""
alter table assessment add column suitability text[] not null default '{}'
  check (suitability <@ array['suitable', 'limited', 'unsuitable']);
create index ix_media_view_face on media_view (face_id, user_id) where face_id is not null;
create index ix_media_view_item on media_view (media_item_id, user_id) where media_item_id is not null;
create function looked_at(p_face uuid, p_item uuid, p_user int) returns timestamptz language sql stable
  -- When this person first lifted the veil of what stands on a side: its face, where it has one, else its medium.
  as $$ select case when p_face is not null
          then (select min(viewed_at) from media_view where user_id = p_user and face_id = p_face)
          else (select min(viewed_at) from media_view where user_id = p_user and media_item_id = p_item) end $$;
revoke all on function looked_at from public;
grant execute on function looked_at to concord_app, concord_worker;
""")
