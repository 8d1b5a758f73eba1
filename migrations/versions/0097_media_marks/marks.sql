-- One row per medium and press: «important», «look again», «nothing here». The last that was not taken back stands. act: of one press.
create table media_mark (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  media_item_id uuid not null references media_item,
  act uuid not null,
  mark text not null check (mark in ('important', 'look_again', 'nothing')),
  marked_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  marked_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  undone_at timestamptz
);
create index ix_media_mark_compartment on media_mark (compartment_id) where undone_at is null;
create index ix_media_mark_medium on media_mark (media_item_id);
create index ix_media_mark_act on media_mark (act);
alter table media_mark enable row level security;
create policy worker_all on media_mark to concord_worker using (true) with check (true);
create policy keys on media_mark for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on media_mark for insert to concord_app
  with check (compartment_id = any ((select my_keys())::int[]) and marked_by = (select my_id()) and undone_at is null);
create policy own_change on media_mark for update to concord_app
  using (compartment_id = any ((select my_keys())::int[]) and marked_by = (select my_id())) with check (marked_by = (select my_id()));
grant select, insert on media_mark to concord_app;
grant update (undone_at) on media_mark to concord_app;
grant select, insert, update on media_mark to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('media_mark', '{id}', 'operation_id', '{operation_id,media_item_id,act,mark,marked_by,played_by,marked_at,ordinal}', '{undone_at}',
  '{compartment_id}');
select govern('media_mark');
create function marks_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes what was said of it along.
begin
  update media_mark set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger marks_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function marks_follow_their_medium();
revoke execute on function marks_follow_their_medium from public;
