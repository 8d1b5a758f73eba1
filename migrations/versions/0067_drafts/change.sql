drop table draft;
create table draft (                          -- what a person writes and has not sent: one row per form, two where two tabs write
  version uuid primary key,                   -- drawn anew each time it is written down
  user_id int not null references app_user,
  operation_id int references operation,      -- null: a form of the installation
  subject text not null check (length(subject) between 1 and 200),  -- the page that the form stands on
  form text not null check (length(form) between 1 and 200),
  sealed bytea not null check (octet_length(sealed) <= 200000),     -- AES-256-GCM under a key of this person and operation
  saved_at timestamptz not null default now()
);
create index ix_draft_place on draft (user_id, operation_id, subject, form);
alter table draft enable row level security;
create policy worker_all on draft to concord_worker using (true) with check (true);
-- Its author's alone, and only while the operation is there for him: a removed person's stay sealed.
create policy own on draft to concord_app
  using (user_id = (select my_id()) and case when operation_id is null then (select not exercises_only())
           else exists (select 1 from operation o where o.id = operation_id) end);
grant select, insert, delete on draft to concord_app, concord_worker;
