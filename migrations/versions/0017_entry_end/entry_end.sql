alter table register_entry add column closed_as text check (closed_as in ('found', 'withdrawn', 'adult'));
update register_entry set closed_as = 'withdrawn' where is_closed;
alter table register_entry add constraint ck_register_entry_closed check (is_closed = (closed_as is not null));
-- How an entry ended or was taken up again, and why; the last row counts, and an event names it.
create table entry_end (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  entry_id uuid not null references register_entry,
  what text not null check (what in ('found', 'withdrawn', 'adult', 'reopened')),
  found_on date,
  reference text,
  reason text not null,
  ended_by int not null references app_user,
  ended_at timestamptz not null default now(),
  constraint ck_entry_end_found check (what <> 'found' or (found_on is not null and reference is not null))
);
create index ix_entry_end_entry on entry_end (entry_id, ended_at);
alter table entry_end enable row level security;
create policy worker_all on entry_end to concord_worker using (true) with check (true);
create policy keys on entry_end for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on entry_end for insert to concord_app
  with check (compartment_id = any ((select my_keys())::int[]) and ended_by = (select my_id()));
grant select, insert on entry_end to concord_app, concord_worker;

-- A lead whose entry ended, or whose faces may no longer be compared, before two examiners decided it: it comes back with them.
alter table lead drop constraint lead_stage_check;
alter table lead add constraint lead_stage_check
  check (stage in ('open', 'assessed', 'verified', 'rejected', 'referred', 'outcome', 'closed', 'parked', 'withdrawn'));
alter table lead add column basis_ended text[] not null default '{}' check (basis_ended <@ array['entry_closed', 'comparison_off']);
grant select (basis_ended), update (basis_ended, age_gap_years) on lead to concord_app;

create or replace function event_reason(p_kind text, p_payload jsonb) returns text language sql stable parallel safe
  as $$ select case
          when p_kind = 'operation:window_moved'
            then (select w.reason from window_change w where w.id = (p_payload->>'why')::uuid)
          when p_kind in ('entry:closed', 'entry:reopened')
            then (select n.reason from entry_end n where n.id = (p_payload->>'why')::uuid)
          when p_payload ? 'why' then (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid)
          when p_kind = 'package:failed'
            then (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid) end $$;
