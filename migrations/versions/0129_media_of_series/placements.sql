create table medium_placement (               -- a medium was placed in a series by hand, or taken out; the last that stands counts
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's, or that of a closed series
  media_item_id uuid not null references media_item,
  series_id uuid references series,           -- null: out of any
  act uuid not null,                          -- of one press
  placed_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  placed_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  undone_by int references app_user,
  undone_at timestamptz
);
create index ix_medium_placement_medium on medium_placement (media_item_id);
create index ix_medium_placement_act on medium_placement (act);
create index ix_medium_placement_operation on medium_placement (operation_id);
create index ix_medium_placement_compartment on medium_placement (compartment_id);

alter table medium_placement enable row level security;
create policy worker_all on medium_placement to concord_worker using (true) with check (true);
create policy opened on medium_placement as restrictive to concord_app using (compartment_id <> all ((select my_closed())::int[]));
create policy keys on medium_placement for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own_back on medium_placement for update to concord_app
  using (undone_at is null and compartment_id = any ((select my_keys())::int[])) with check (undone_by = (select my_id()));
create policy own_material_back on medium_placement as restrictive for update to concord_app
  using (exists (select 1 from app_user u where u.id = medium_placement.placed_by and u.agency_id = (select my_agency())));
create policy by_who_acts on medium_placement as restrictive for insert to concord_app
  with check (placed_by = (select my_id()) and undone_at is null);
-- A medium of the own material, in a series that one sees; behind the lock of the one that is closed.
create policy own on medium_placement for insert to concord_app with check (
  compartment_id = any ((select my_keys())::int[])
  and exists (select 1 from media_item m where m.id = medium_placement.media_item_id and m.operation_id = medium_placement.operation_id
    and m.register_entry_id is null and own_material(m.compartment_id))
  and (series_id is null or exists (select 1 from series s where s.id = medium_placement.series_id and s.operation_id = medium_placement.operation_id)));
grant select, insert on medium_placement to concord_app;
grant update (undone_by, undone_at) on medium_placement to concord_app;
grant select, insert, update on medium_placement to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('medium_placement', '{id}', 'operation_id', '{operation_id,media_item_id,series_id,act,placed_by,played_by,placed_at,ordinal}',
  '{undone_by,undone_at}', '{compartment_id}');
select govern('medium_placement');
-- No package rests on these; the function stays as it stands by now.
do $$
begin
  execute replace(pg_get_functiondef('leads_of_broken(text, text)'::regprocedure), $f$'series_act'$f$, $f$'series_act', 'medium_placement'$f$);
end $$;

create function placements_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes along where it was placed.
begin
  update medium_placement set compartment_id = new.compartment_id where media_item_id = new.id and compartment_id = old.compartment_id;
  return null;
end $$;
create trigger placements_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function placements_follow_their_medium();
revoke execute on function placements_follow_their_medium from public;

create function media_placed(p_operation int) returns table (series_id uuid, media_item_id uuid) language sql stable
-- The media that stand in series because somebody placed them: by the last act that stands, in the series that took the named one over.
as $$
  select r.root, l.media_item_id
  from (select distinct on (p.media_item_id) p.media_item_id, p.series_id from medium_placement p
        where p.operation_id = p_operation and p.undone_at is null order by p.media_item_id, p.ordinal desc) l
  join series_roots(p_operation) r on r.id = l.series_id $$;
create function media_in_series(p_operation int) returns table (series_id uuid, media_item_id uuid) language sql stable
-- What the series of an operation show: the media of their persons, and those that were placed by hand.
as $$
  select p.series_id, f.media_item_id from person p join face f on f.person_id = p.id where p.operation_id = p_operation and p.series_id is not null
  union select l.series_id, l.media_item_id from media_placed(p_operation) l $$;
revoke execute on function media_placed, media_in_series from public;
grant execute on function media_placed, media_in_series to concord_app, concord_worker;
