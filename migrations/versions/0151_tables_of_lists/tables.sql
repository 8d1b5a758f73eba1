-- The categories by which a list counts, in its own words; the last table counts. categories: [{number, label, meaning}], by number.
create table known_table (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the list's
  list_id uuid not null references known_list,
  name text not null check (name <> ''),
  categories jsonb not null check (jsonb_typeof(categories) = 'array' and jsonb_array_length(categories) between 1 and 200),
  brought_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  brought_at timestamptz not null default now(),
  ordinal bigint generated always as identity
);
create index ix_known_table_list on known_table (list_id, ordinal);
create index ix_known_table_compartment on known_table (compartment_id);

-- As what a number of such a table is taken: what it says of a file, and which category of the owner's country it is; both may be nothing,
-- then the list's own meaning counts. The last row of a number counts, and another table begins anew.
create table known_category (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the list's
  table_id uuid not null references known_table,
  number int not null,
  meaning text check (meaning in ('identified', 'abuse', 'relevant', 'irrelevant')),
  grade int,
  grade_table_id uuid references grade_table,
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  check ((grade is null) = (grade_table_id is null))
);
create index ix_known_category_table on known_category (table_id, number, ordinal);
create index ix_known_category_compartment on known_category (compartment_id);

alter table known_table enable row level security;
alter table known_category enable row level security;
create policy worker_all on known_table to concord_worker using (true) with check (true);
create policy worker_all on known_category to concord_worker using (true) with check (true);
create policy keys on known_table for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy keys on known_category for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on known_table for insert to concord_app with check (brought_by = (select my_id()) and exists (
  select 1 from known_list l join compartment c on c.id = l.compartment_id where l.id = known_table.list_id
    and l.operation_id = known_table.operation_id and l.compartment_id = known_table.compartment_id and c.agency_id = (select my_agency())
    and c.id = any ((select my_keys())::int[])));
create policy own on known_category for insert to concord_app with check (said_by = (select my_id()) and exists (
  select 1 from known_table t join compartment c on c.id = t.compartment_id where t.id = known_category.table_id
    and t.operation_id = known_category.operation_id and t.compartment_id = known_category.compartment_id and c.agency_id = (select my_agency())
    and c.id = any ((select my_keys())::int[])
    and t.categories @> jsonb_build_array(jsonb_build_object('number', known_category.number)))
  and (grade is null or exists (
    select 1 from grade_table g where g.id = known_category.grade_table_id and g.operation_id = known_category.operation_id
      and g.country = (select a.country from agency a where a.id = (select my_agency()))
      and g.categories @> jsonb_build_array(jsonb_build_object('number', known_category.grade)))));
grant select, insert on known_table, known_category to concord_app;
grant select on known_table, known_category to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('known_table', '{id}', 'operation_id', '{operation_id,compartment_id,list_id,name,categories,brought_by,played_by,brought_at,ordinal}', '{}', '{}'),
('known_category', '{id}', 'operation_id',
  '{operation_id,compartment_id,table_id,number,meaning,grade,grade_table_id,said_by,played_by,said_at,ordinal}', '{}', '{}');
select govern('known_table');
select govern('known_category');

create function known_meaning(p_list int, p_category int, p_said text) returns text language sql stable set search_path = public as $$
-- What a list says of a file: who is identified is so in any case; then as what people take the number of its category; then what stands
-- in the file (p_said), then what the list says of all its files.
  select case when p_said = 'identified' then p_said else coalesce(
    (select c.meaning from known_table t join known_category c on c.table_id = t.id and c.number = p_category
      where t.id = (select last.id from known_table last where last.list_id = l.id order by last.ordinal desc limit 1)
      order by c.ordinal desc limit 1), p_said, l.meaning) end
  from known_list l where l.number = p_list
$$;
revoke execute on function known_meaning from public;
grant execute on function known_meaning to concord_app, concord_worker;
