-- What is true of an exercise's material. People's role may not read one row of it, whoever they are, before or after: the partners'
-- own process does, and the worker that draws up the debrief, which is what people see.
create table exercise_identity (              -- a person who is shown; a label, never a name
  operation_id int not null references exercise,
  identity text not null,
  lives_in text not null check (lives_in ~ '^[A-Z]{2}$'),
  primary key (operation_id, identity)
);
create table exercise_shown (                 -- who is shown in which file of which device
  operation_id int not null,
  exhibit_label text not null,
  device_path text not null,
  identity text not null,
  primary key (operation_id, exhibit_label, device_path, identity),
  foreign key (operation_id, identity) references exercise_identity
);
create table exercise_entry (                 -- whom an entry of the register shows
  operation_id int not null,
  number text not null,
  identity text not null,
  primary key (operation_id, number),
  foreign key (operation_id, identity) references exercise_identity
);
create table debrief (                        -- the exercise against its truth, frozen when it was drawn up
  operation_id int primary key references exercise,
  seq bigint not null,                        -- the last event that it counts
  drawn_up_at timestamptz not null default now(),
  figures jsonb not null
);
create table debrief_opinion (                -- a person's own opinion beside the truth; nobody else reads it by name
  operation_id int not null references debrief,
  assessment_id uuid primary key references assessment,
  examiner_id int not null references app_user,
  is_same boolean not null                    -- whether the two sides show the same person
);
create index ix_debrief_opinion_examiner on debrief_opinion (operation_id, examiner_id);

do $$
declare t text;
begin
  foreach t in array array['exercise_identity', 'exercise_shown', 'exercise_entry', 'debrief', 'debrief_opinion'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    execute format('grant select, insert on %I to concord_worker', t);
  end loop;
end $$;
create policy members on debrief for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy own on debrief_opinion for select to concord_app using (examiner_id = (select my_id()));
grant select on debrief, debrief_opinion to concord_app;
