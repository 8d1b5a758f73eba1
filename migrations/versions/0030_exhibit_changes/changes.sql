-- What the owner of an exhibit changed after it was received, and why; an event names it.
create table exhibit_change (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  exhibit_id uuid not null references exhibit,
  what text not null check (what in ('handling', 'sharing')),
  before text not null,
  after text not null,
  reason text not null,
  decided_by int not null references app_user,
  decided_at timestamptz not null default now()
);
create index ix_exhibit_change_exhibit on exhibit_change (exhibit_id, decided_at);
alter table exhibit_change enable row level security;
create policy worker_all on exhibit_change to concord_worker using (true) with check (true);
create policy keys on exhibit_change for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on exhibit_change for insert to concord_app
  with check (compartment_id = any ((select my_keys())::int[]) and decided_by = (select my_id()));
grant select, insert on exhibit_change to concord_app, concord_worker;

create or replace function event_reason(p_kind text, p_payload jsonb) returns text language sql stable parallel safe
  as $$ select case
          when p_kind = 'operation:window_moved'
            then (select w.reason from window_change w where w.id = (p_payload->>'why')::uuid)
          when p_kind in ('entry:closed', 'entry:reopened')
            then (select n.reason from entry_end n where n.id = (p_payload->>'why')::uuid)
          when p_kind like 'exhibit:%'
            then (select x.reason from exhibit_change x where x.id = (p_payload->>'why')::uuid)
          when p_payload ? 'why' then (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid)
          when p_kind = 'package:failed'
            then (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid) end $$;
