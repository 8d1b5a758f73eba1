"""Pictures are looked at in their own pixels, tile by tile.

Revision ID: 0143
Revises: 0142
"""

from migrations.sql_files import run_sql

revision = "0143"
down_revision = "0142"


def upgrade() -> None:
    """Keep where the tiles of a picture lie, from when somebody asks for them until a day later."""
    run_sql("""
-- The tiles of a picture in its own pixels, all in one object. width, height: of what was cut; starts: where each tile
-- begins in the object, and where the last one ends.
create table picture_tiles (
  id uuid primary key default gen_random_uuid(),  -- each time that they are made, another
  media_item_id uuid not null unique references media_item,
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  state text not null default 'asked' check (state in ('asked', 'made', 'refused', 'ended')),
  refusal text,
  asked_by int not null references app_user,
  asked_at timestamptz not null default now(),
  made_at timestamptz,
  tiles_done int not null default 0,
  tiles_of int not null default 0,
  width int, height int,
  address text,
  starts bigint[] not null default '{}'
);
alter table picture_tiles enable row level security;
create policy worker_all on picture_tiles to concord_worker using (true) with check (true);
create policy keys on picture_tiles for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
-- What people write speaks of a photo that they open, lies where it lies, and says nothing that only a worker can know.
create function is_open_photo(p_medium uuid, p_operation int, p_compartment int) returns boolean language sql stable
  as $$ select exists (select 1 from media_item m
        where m.id = p_medium and m.operation_id = p_operation and m.compartment_id = p_compartment
          and m.kind = 'photo' and m.register_entry_id is null
        and m.compartment_id = any ((select my_keys())::int[])) $$;
create policy asked on picture_tiles for insert to concord_app
  with check (is_open_photo(media_item_id, operation_id, compartment_id) and asked_by = (select my_id())
    and state = 'asked'
    and address is null and cardinality(starts) = 0 and made_at is null and refusal is null);
grant select, insert on picture_tiles to concord_app;
grant select, insert, update, delete on picture_tiles to concord_worker;
revoke execute on function is_open_photo from public;
grant execute on function is_open_photo to concord_app, concord_worker;

create function tiles_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes its tiles along.
begin
  update picture_tiles set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger tiles_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function tiles_follow_their_medium();
revoke execute on function tiles_follow_their_medium from public;
""")
