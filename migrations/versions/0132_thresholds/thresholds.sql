-- One row per threshold that is proposed for an operation. In force is, per recogniser, the one that was confirmed last; before there is one,
-- the face pack's own. calibration: as the pack's manifest stated it then, with the error rates.
create table threshold (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  pack_id text not null,
  model_digest text not null,                 -- SHA-256 of the recogniser
  lead_cosine real not null check (lead_cosine > 0 and lead_cosine < 1),
  strong_cosine real not null check (strong_cosine >= lead_cosine and strong_cosine < 1),
  calibration jsonb not null,
  reason text not null check (reason <> ''),
  proposed_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  proposed_at timestamptz not null default now(),
  confirmed_by int references app_user,
  confirmed_played_by text check (confirmed_played_by in ('person', 'partner')),
  confirmed_at timestamptz,
  check (confirmed_by <> proposed_by),
  check ((confirmed_by is null) = (confirmed_at is null) and (confirmed_by is null) = (confirmed_played_by is null))
);
create index ix_threshold_operation on threshold (operation_id, proposed_at);
alter table threshold enable row level security;
create policy worker_all on threshold to concord_worker using (true) with check (true);
create policy members on threshold for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy in_charge on threshold for insert to concord_app with check (
  proposed_by = (select my_id()) and confirmed_at is null and operation_id = any ((select my_administrations())::int[]));
create policy confirmed on threshold for update to concord_app
  using (confirmed_at is null and operation_id = any ((select my_administrations())::int[]))
  with check (confirmed_by = (select my_id()));
create policy within_reach on threshold as restrictive to concord_app
  using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]));
grant select, insert on threshold to concord_app;
grant update (confirmed_by, confirmed_played_by, confirmed_at) on threshold to concord_app;
grant select on threshold to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('threshold', '{id}', 'operation_id', '{operation_id,pack_id,model_digest,lead_cosine,strong_cosine,calibration,reason,proposed_by,played_by,proposed_at}',
  '{confirmed_by,confirmed_played_by,confirmed_at}', '{}');
select govern('threshold');
