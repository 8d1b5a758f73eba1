create table person_act (                     -- somebody said that two faces show one person, or two
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  is_same boolean not null,                   -- one person; otherwise two
  face_id uuid not null references face,      -- of the person that stays
  other_face_id uuid not null references face,
  person_id uuid not null references person,  -- whom they belonged to then
  other_id uuid not null references person,
  moved jsonb not null default '{}',          -- what was moved to the person that stays, so that it can go back
  decided_by int not null references app_user,
  decided_at timestamptz not null default now(),
  undone_by int references app_user,
  undone_at timestamptz
);
create index ix_person_act_compartment on person_act (compartment_id);
alter table person add column merged_into uuid references person;  -- it has no face any more; its number leads to this one

alter table person_act enable row level security;
create policy worker_all on person_act to concord_worker using (true) with check (true);
create policy keys on person_act to concord_app using (compartment_id = any ((select my_keys())::int[]))
  with check (compartment_id = any ((select my_keys())::int[]));
grant select on person_act to concord_app, concord_worker;
grant insert on person_act to concord_app, concord_worker;
grant update (undone_by, undone_at) on person_act to concord_app;
