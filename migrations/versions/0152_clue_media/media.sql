create table clue_medium (                    -- a medium in which a clue is seen, besides the one that it was opened of
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,                       -- the clue's
  compartment_id int not null references compartment,  -- the medium's: only who opens both sees the row
  media_item_id uuid not null references media_item,
  act uuid not null,                          -- of one press
  added_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  added_at timestamptz not null default now(),
  removed_by int references app_user,
  removed_at timestamptz
);
create index ix_clue_medium_lead on clue_medium (lead_id);
create index ix_clue_medium_medium on clue_medium (media_item_id);
create index ix_clue_medium_operation on clue_medium (operation_id);
create index ix_clue_medium_compartment on clue_medium (compartment_id);
create index ix_clue_medium_act on clue_medium (act);

alter table clue_medium enable row level security;
create policy worker_all on clue_medium to concord_worker using (true) with check (true);
create policy opened on clue_medium as restrictive to concord_app
  using (not (locks && (select my_closed())) and compartment_id <> all ((select my_closed())::int[]));
create policy keys on clue_medium for select to concord_app
  using (locks && (select my_keys()) and compartment_id = any ((select my_keys())::int[]));
create policy own on clue_medium for insert to concord_app with check (
  locks && (select my_keys()) and compartment_id = any ((select my_keys())::int[])
  and exists (select 1 from clue k where k.lead_id = clue_medium.lead_id and k.operation_id = clue_medium.operation_id and k.locks = clue_medium.locks)
  and exists (select 1 from media_item m where m.id = clue_medium.media_item_id and m.operation_id = clue_medium.operation_id
    and m.compartment_id = clue_medium.compartment_id and m.register_entry_id is null));
create policy by_who_acts on clue_medium as restrictive for insert to concord_app
  with check (added_by = (select my_id()) and removed_at is null and removed_by is null);
create policy own_back on clue_medium for update to concord_app
  using (removed_at is null and locks && (select my_keys()) and compartment_id = any ((select my_keys())::int[]))
  with check (removed_by = (select my_id()));
create policy by_its_agency on clue_medium as restrictive for update to concord_app
  using (exists (select 1 from app_user u where u.id = clue_medium.added_by and u.agency_id = (select my_agency())));
grant select, insert on clue_medium to concord_app;
grant update (removed_by, removed_at) on clue_medium to concord_app;
grant select, insert, update on clue_medium to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('clue_medium', '{id}', 'operation_id', '{operation_id,lead_id,media_item_id,act,added_by,played_by,added_at}',
  '{removed_by,removed_at}', '{locks,compartment_id}');
select govern('clue_medium');

-- No package rests on these; what hangs on a lead goes with its locks. Both functions stay as they stand by now.
do $$
begin
  execute replace(pg_get_functiondef('leads_of_broken(text, text)'::regprocedure), $f$'medium_placement'$f$, $f$'medium_placement', 'clue_medium'$f$);
  execute replace(pg_get_functiondef('move_lead_rows(int, int, uuid[])'::regprocedure), $f$'clue_act', $f$, $f$'clue_act', 'clue_medium', $f$);
end $$;

create function clue_media_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes along in which clues it is.
begin
  update clue_medium set compartment_id = new.compartment_id where media_item_id = new.id and compartment_id = old.compartment_id;
  return null;
end $$;
create trigger clue_media_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function clue_media_follow_their_medium();
revoke execute on function clue_media_follow_their_medium from public;
