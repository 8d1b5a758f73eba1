"""Copies of photos that are covered in part: hashes of their parts.

Revision ID: 0150
Revises: 0149
"""

from migrations.sql_files import run_sql

revision = "0150"
down_revision = "0149"


def upgrade() -> None:
    """Keep the hashes of parts beside their photos."""
    run_sql("""
-- The number of the transaction that wrote the parts of a photo; null: they were not looked at. Whoever keeps them in memory asks for what
-- was written since the oldest transaction that was open when he last asked.
alter table media_item add column parts_hashed_in bigint;
create index ix_media_item_parts on media_item (operation_id, parts_hashed_in) where parts_hashed_in is not null;
create index ix_media_item_without_parts on media_item (received_at)
  where state = 'read' and kind = 'photo' and parts_hashed_in is null and register_entry_id is null and preview_address is not null;
create table picture_part (                    -- of a photo: sixteen hashes of parts a view, at their places
  media_item_id uuid primary key references media_item,
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  hashes bytea not null check (octet_length(hashes) in (512, 1024))
);
create index ix_picture_part_compartment on picture_part (compartment_id);
alter table picture_part enable row level security;
create policy worker_all on picture_part to concord_worker using (true) with check (true);
create policy keys on picture_part for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
grant select on picture_part to concord_app;
grant select, insert, update on picture_part to concord_worker;

create function parts_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes its parts along.
begin
  update picture_part set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger parts_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function parts_follow_their_medium();
revoke execute on function parts_follow_their_medium from public;
""")
