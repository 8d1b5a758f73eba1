create table series_placement (               -- a person was placed in a series, or taken out of its own; the last that stands counts
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the person's, or that of a closed series
  person_id uuid not null references person,
  series_id uuid references series,           -- null: out of any
  act uuid not null,                          -- of one press
  placed_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  placed_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  undone_by int references app_user,
  undone_at timestamptz
);
create index ix_series_placement_person on series_placement (person_id);
create index ix_series_placement_act on series_placement (act);
create index ix_series_placement_compartment on series_placement (compartment_id);

create table series_join (                    -- a series was merged into another, or split off it
  id uuid primary key default gen_random_uuid(),  -- of a split also the act of its placements
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- that of both
  what text not null check (what in ('merged', 'split')),
  series_id uuid not null references series,  -- the one that went, or the new one
  into_id uuid not null references series,    -- the one that stays
  decided_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  decided_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  undone_by int references app_user,
  undone_at timestamptz,
  constraint ck_series_join_two check (series_id <> into_id)
);
create index ix_series_join_series on series_join (series_id);
create index ix_series_join_into on series_join (into_id);
create index ix_series_join_compartment on series_join (compartment_id);

-- merged_into is a cache: a merger that stands, or a split that was taken back.
alter table series add column merged_into uuid references series;
create index ix_series_merged_into on series (merged_into) where merged_into is not null;
-- In which series a person stood before placements were rows.
alter table person add column series_before uuid references series;
update person set series_before = series_id where series_id is not null;
revoke update (series_id) on person from concord_app;
create function begin_in_series() returns trigger language plpgsql set search_path = public as $$
-- Whom the closing of an exhibit parts begins in the series of the person that it was.
begin
  new.series_before := new.series_id;
  return new;
end $$;
create trigger begin_in_series before insert on person for each row when (new.series_id is not null) execute function begin_in_series();
revoke execute on function begin_in_series from public;

do $$
declare t text; v_by text;
begin
  for t, v_by in values ('series_placement', 'placed_by'), ('series_join', 'decided_by') loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    execute format('create policy opened on %I as restrictive to concord_app using (compartment_id <> all ((select my_closed())::int[]))', t);
    execute format('create policy keys on %I for select to concord_app using (compartment_id = any ((select my_keys())::int[]))', t);
    execute format('create policy own_back on %1$I for update to concord_app '
      'using (undone_at is null and compartment_id = any ((select my_keys())::int[])) with check (undone_by = (select my_id()))', t);
    execute format('grant select, insert on %I to concord_app', t);
    execute format('grant update (undone_by, undone_at) on %I to concord_app', t);
    execute format('grant select, insert, update on %I to concord_worker', t);
    execute format('create policy by_who_acts on %I as restrictive for insert to concord_app with check (%I = (select my_id()) and undone_at is null)', t, v_by);
  end loop;
end $$;
-- A person of the own material, in a series that one sees; behind the lock of the one that is closed.
create policy own on series_placement for insert to concord_app with check (
  compartment_id = any ((select my_keys())::int[])
  and exists (select 1 from person p where p.id = series_placement.person_id and p.operation_id = series_placement.operation_id and own_material(p.compartment_id))
  and (series_id is null or exists (select 1 from series s where s.id = series_placement.series_id and s.operation_id = series_placement.operation_id)));
create policy own_material_back on series_placement as restrictive for update to concord_app
  using (exists (select 1 from app_user u where u.id = series_placement.placed_by and u.agency_id = (select my_agency())));
create policy own on series_join for insert to concord_app with check (own_material(compartment_id)
  and 2 = (select count(*) from series s where s.id in (series_join.series_id, series_join.into_id)
           and s.compartment_id = series_join.compartment_id and s.operation_id = series_join.operation_id));
create policy own_material_back on series_join as restrictive for update to concord_app using (own_material(compartment_id));

insert into governed (name, key, operation, fixed, once, free) values
('series_placement', '{id}', 'operation_id', '{operation_id,person_id,series_id,act,placed_by,played_by,placed_at,ordinal}', '{undone_by,undone_at}',
  '{compartment_id}'),
('series_join', '{id}', 'operation_id', '{operation_id,what,series_id,into_id,decided_by,played_by,decided_at,ordinal}', '{undone_by,undone_at}',
  '{compartment_id}');
select govern('series_placement'), govern('series_join');
-- No package rests on these; the function stays as it stands by now.
do $$
begin
  execute replace(pg_get_functiondef('leads_of_broken(text, text)'::regprocedure), $f$'series_act'$f$, $f$'series_act', 'series_placement', 'series_join'$f$);
end $$;

create function placements_follow_their_person() returns trigger language plpgsql set search_path = public as $$
-- A person that goes behind another lock takes along where it was placed.
begin
  update series_placement set compartment_id = new.compartment_id where person_id = new.id and compartment_id = old.compartment_id;
  return null;
end $$;
create trigger placements_follow after update of compartment_id on person for each row
  when (old.compartment_id <> new.compartment_id) execute function placements_follow_their_person();
revoke execute on function placements_follow_their_person from public;
