create table series_refusal (                 -- somebody said that these persons are no series, or not of that one
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the persons'
  persons uuid[] not null check (cardinality(persons) > 0),
  series_id uuid references series,           -- null: no series of their own
  refused_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  refused_at timestamptz not null default now()
);
create index ix_series_refusal_operation on series_refusal (operation_id);
alter table series_refusal enable row level security;
create policy worker_all on series_refusal to concord_worker using (true) with check (true);
create policy opened on series_refusal as restrictive to concord_app using (compartment_id <> all ((select my_closed())::int[]));
create policy keys on series_refusal for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on series_refusal for insert to concord_app with check (refused_by = (select my_id()) and own_material(compartment_id)
  and exists (select 1 from compartment c where c.id = series_refusal.compartment_id and c.operation_id = series_refusal.operation_id)
  and (series_id is null or exists (select 1 from series s where s.id = series_refusal.series_id and s.operation_id = series_refusal.operation_id)));
grant select, insert on series_refusal to concord_app;
grant select, insert, update on series_refusal to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('series_refusal', '{id}', 'operation_id', '{operation_id,persons,series_id,refused_by,played_by,refused_at}', '{}', '{compartment_id}');
select govern('series_refusal');
-- No package rests on these; the function stays as it stands by now.
do $$
begin
  execute replace(pg_get_functiondef('leads_of_broken(text, text)'::regprocedure), $f$'series_act'$f$, $f$'series_act', 'series_refusal'$f$);
end $$;
create function refusals_follow_their_persons() returns trigger language plpgsql set search_path = public as $$
-- A person that goes behind another lock takes along what was refused of it.
begin
  update series_refusal set compartment_id = new.compartment_id where new.id = any (persons) and compartment_id = old.compartment_id;
  return null;
end $$;
create trigger refusals_follow after update of compartment_id on person for each row
  when (old.compartment_id <> new.compartment_id) execute function refusals_follow_their_persons();
revoke execute on function refusals_follow_their_persons from public;
