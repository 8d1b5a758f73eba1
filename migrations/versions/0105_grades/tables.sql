-- The categories of a country, as it brought them in; the last table counts. categories: [{number, label, meaning}], in the order of their numbers.
create table grade_table (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  country text not null check (country ~ '^[A-Z]{2}$'),
  name text not null check (name <> ''),
  shipped text check (shipped in ('us_2_0', 'us_legacy')),  -- one of the two public tables, as it comes with the program
  categories jsonb not null check (jsonb_typeof(categories) = 'array' and jsonb_array_length(categories) between 1 and 200),
  brought_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  brought_at timestamptz not null default now(),
  ordinal bigint generated always as identity
);
create index ix_grade_table_operation on grade_table (operation_id, country);
alter table grade_table enable row level security;
create policy worker_all on grade_table to concord_worker using (true) with check (true);
create policy members on grade_table for select to concord_app using (operation_id = any ((select my_operations())::int[]));
create policy own on grade_table for insert to concord_app with check (operation_id = any ((select my_administrations())::int[])
  and brought_by = (select my_id()) and country = (select a.country from agency a where a.id = (select my_agency())));
grant select, insert on grade_table to concord_app;
grant select on grade_table to concord_worker;

-- How many people must give the same grade before it stands; the greatest counts, so that nobody makes it weaker. Without a row: one.
create table grade_rule (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  votes int not null check (votes between 2 and 5),
  set_by int not null references app_user,
  set_at timestamptz not null default now(),
  constraint uq_grade_rule unique (operation_id, votes)
);
alter table grade_rule enable row level security;
create policy worker_all on grade_rule to concord_worker using (true) with check (true);
create policy members on grade_rule for select to concord_app using (operation_id = any ((select my_operations())::int[]));
create policy own on grade_rule for insert to concord_app
  with check (operation_id = any ((select my_leaderships())::int[]) and set_by = (select my_id()));
grant select, insert on grade_rule to concord_app;
grant select on grade_rule to concord_worker;

create function grade_votes_needed(p_operation int) returns int language sql stable
  as $$ select coalesce(max(r.votes), 1) from grade_rule r where r.operation_id = p_operation $$;
revoke execute on function grade_votes_needed from public;
grant execute on function grade_votes_needed to concord_app, concord_worker;

-- One row per medium and press: a number of a country's table. The last of each person that was not taken back counts. act: of one press.
create table media_grade (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  media_item_id uuid not null references media_item,
  act uuid not null,
  table_id uuid not null references grade_table,
  table_country text not null,
  number int not null,
  graded_by int not null references app_user,
  grader_country text not null,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  graded_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  undone_at timestamptz
);
create index ix_media_grade_medium on media_grade (media_item_id, table_country);
create index ix_media_grade_act on media_grade (act);
create index ix_media_grade_compartment on media_grade (compartment_id);
alter table media_grade enable row level security;
create policy worker_all on media_grade to concord_worker using (true) with check (true);
create policy keys on media_grade for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on media_grade for insert to concord_app with check (
  compartment_id = any ((select my_keys())::int[]) and graded_by = (select my_id()) and undone_at is null
  and grader_country = (select a.country from agency a where a.id = (select my_agency()))
  and exists (select 1 from media_item m where m.id = media_grade.media_item_id and m.compartment_id = media_grade.compartment_id
    and m.operation_id = media_grade.operation_id)
  and exists (select 1 from grade_table t where t.id = media_grade.table_id and t.operation_id = media_grade.operation_id
    and t.country = media_grade.table_country
    and t.categories @> jsonb_build_array(jsonb_build_object('number', media_grade.number)))
  -- By another country's table grades who votes on that country's own material.
  and (table_country = grader_country or grade_votes_needed(operation_id) > 1 and exists (
    select 1 from compartment c join agency a on a.id = c.agency_id where c.id = media_grade.compartment_id and a.country = media_grade.table_country)));
create policy own_change on media_grade for update to concord_app
  using (compartment_id = any ((select my_keys())::int[]) and graded_by = (select my_id())) with check (graded_by = (select my_id()));
grant select, insert on media_grade to concord_app;
grant update (undone_at) on media_grade to concord_app;
grant select, insert, update on media_grade to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('grade_table', '{id}', 'operation_id', '{operation_id,country,name,shipped,categories,brought_by,played_by,brought_at,ordinal}', '{}', '{}'),
('grade_rule', '{id}', 'operation_id', '{operation_id,votes,set_by,set_at}', '{}', '{}'),
('media_grade', '{id}', 'operation_id', '{operation_id,media_item_id,act,table_id,table_country,number,graded_by,grader_country,played_by,graded_at,ordinal}',
  '{undone_at}', '{compartment_id}');
select govern('grade_table');
select govern('grade_rule');
select govern('media_grade');

create function grades_in_use(p_operation int) returns int[] language sql stable security definer set search_path = public
  -- The numbers of my country's table that somebody gave a medium, wherever it lies: their words stay as they are.
  as $$ select coalesce(array_agg(distinct g.number order by g.number), '{}') from media_grade g
        where g.operation_id = p_operation and p_operation = any (my_operations()) and g.undone_at is null
          and g.table_country = (select a.country from agency a where a.id = my_agency()) $$;
revoke execute on function grades_in_use from public;
grant execute on function grades_in_use to concord_app;
