-- One row per difference that somebody explains: a row that did not match the record when an act changed it, for ever marked so.
create table difference (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  name text not null,                         -- of the table
  key text not null,                          -- of the row
  found_seq bigint not null,                  -- the event that found it
  reason text not null check (reason <> ''),
  seen_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  seen_at timestamptz not null default now(),
  confirmed_by int references app_user,
  confirmed_played_by text check (confirmed_played_by in ('person', 'partner')),
  confirmed_at timestamptz,
  check (confirmed_by <> seen_by),
  check ((confirmed_by is null) = (confirmed_at is null)),
  unique (operation_id, name, key, found_seq)
);
alter table difference enable row level security;
create policy worker_all on difference to concord_worker using (true) with check (true);
-- Whoever reads which rows do not match (record_check): observers, and who leads the operation.
create policy auditors on difference for select to concord_app
  using (operation_id in (select k.operation_id from record_check k));
create policy seen on difference for insert to concord_app with check (seen_by = (select my_id()) and confirmed_at is null
  and operation_id in (select k.operation_id from record_check k));
create policy confirmed on difference for update to concord_app
  using (confirmed_at is null and operation_id in (select k.operation_id from record_check k))
  with check (confirmed_by = (select my_id()));
grant select, insert on difference to concord_app;
grant update (confirmed_by, confirmed_played_by, confirmed_at) on difference to concord_app;
grant select on difference to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('difference', '{id}', 'operation_id', '{operation_id,name,key,found_seq,reason,seen_by,played_by,seen_at}',
  '{confirmed_by,confirmed_played_by,confirmed_at}', '{}');
select govern('difference');
