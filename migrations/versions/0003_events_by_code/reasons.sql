-- What people write when they move a lead or end a claim. An event names the row by its id, so that the record holds no words; the
-- lead's own stage_reason holds the last one alone.
create table lead_reason (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,                       -- the lead's
  author_id int not null references app_user,
  reason text not null,
  written_at timestamptz not null default now()
);
create index ix_lead_reason_lead on lead_reason (lead_id);
alter table lead_reason enable row level security;
create policy worker_all on lead_reason to concord_worker using (true) with check (true);
-- It may speak of both sides: for who holds both keys, and for its author.
create policy both_keys on lead_reason for select to concord_app
  using (locks && (select my_keys()) and (author_id = (select my_id()) or locks <@ (select my_keys())));
create policy own on lead_reason for insert to concord_app
  with check (locks && (select my_keys()) and author_id = (select my_id()));
grant select, insert on lead_reason to concord_app, concord_worker;

-- Why a package could not be built, in the builder's words; the event says a code.
alter table referral add column package_failure text;

create function event_reason(p_kind text, p_payload jsonb) returns text language sql stable parallel safe
  -- The words that an event names by an id, as far as the viewer may read them: not SECURITY DEFINER, on purpose.
  as $$ select case
          when p_kind in ('lead:taken_over', 'lead:parked', 'lead:reopened', 'lead:closed') and p_payload ? 'why'
            then (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid)
          when p_kind = 'package:failed' then (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid) end $$;
revoke execute on function event_reason from public;
grant execute on function event_reason to concord_app, concord_worker;
