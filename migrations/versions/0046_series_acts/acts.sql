create table series_act (                     -- somebody determined the likely country of a series, or confirmed it
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the series'
  series_id uuid not null references series,
  what text not null check (what in ('determined', 'confirmed')),
  country text not null check (country ~ '^[A-Z]{2}$'),
  grounds text,
  said_by int not null references app_user,
  said_at timestamptz not null default now(),
  ordinal bigint generated always as identity,  -- the order in which they came
  undone_by int references app_user,
  undone_at timestamptz,
  constraint ck_series_act_grounds check ((what = 'determined') = (grounds is not null))
);
create index ix_series_act_series on series_act (series_id);
insert into series_act (operation_id, compartment_id, series_id, what, country, grounds, said_by)
select operation_id, compartment_id, id, 'determined', country_determined, coalesce(country_grounds, ''), determined_by
from series where country_determined is not null and determined_by is not null;
insert into series_act (operation_id, compartment_id, series_id, what, country, said_by, said_at)
select operation_id, compartment_id, id, 'confirmed', country_determined, confirmed_by, confirmed_at
from series where country_determined is not null and determined_by is not null and confirmed_by is not null;

alter table series_act enable row level security;
create policy worker_all on series_act to concord_worker using (true) with check (true);
create policy keys on series_act to concord_app using (compartment_id = any ((select my_keys())::int[]))
  with check (compartment_id = any ((select my_keys())::int[]));
grant select, insert on series_act to concord_app, concord_worker;
grant update (undone_by, undone_at) on series_act to concord_app;
revoke update on series from concord_app;
