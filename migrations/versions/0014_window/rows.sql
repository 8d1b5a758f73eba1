-- What a country accepted and consented to, each time with a date; participation holds what counts now.
create table consent (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  country text not null check (country ~ '^[A-Z]{2}$'),
  what text not null check (what in ('window', 'face_recognition', 'shares_known_count')),
  is_given boolean not null,
  until timestamptz,                          -- the end of the window that was accepted
  given_by int not null references app_user,
  given_at timestamptz not null default now(),
  constraint ck_consent_until check ((what = 'window') = (until is not null))
);
create index ix_consent_operation on consent (operation_id, country, given_at);
-- How the window was moved, and why; an event names the row.
create table window_change (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  before timestamptz not null,
  after timestamptz not null,
  reason text not null,
  moved_by int not null references app_user,
  moved_at timestamptz not null default now()
);
create index ix_window_change_operation on window_change (operation_id, moved_at);

alter table participation
  add column accepted_until timestamptz,      -- the latest end of the window that the country accepted
  add column window_ended_at timestamptz;     -- its own end has passed while the window goes on
insert into consent (operation_id, country, what, is_given, until, given_by, given_at)
select p.operation_id, p.country, w.what, w.is_given, w.until, p.accepted_by, p.accepted_at
from participation p join operation o on o.id = p.operation_id
cross join lateral (values ('window', true, o.closes_at), ('face_recognition', p.face_recognition, null),
                           ('shares_known_count', p.shares_known_count, null)) w (what, is_given, until)
where p.accepted_at is not null and p.accepted_by is not null;
update participation p set accepted_until = o.closes_at from operation o where o.id = p.operation_id and p.accepted_at is not null;

do $$
declare t text;
begin
  foreach t in array array['consent', 'window_change'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    execute format('create policy members on %I for select to concord_app using (operation_id = any ((select my_memberships())::int[]) or (select is_house_admin()))', t);
    execute format('grant select, insert on %I to concord_app, concord_worker', t);
  end loop;
end $$;
create policy own on consent for insert to concord_app
  with check (operation_id = any ((select my_memberships())::int[]) and given_by = (select my_id())
              and country = (select a.country from agency a where a.id = (select my_agency())));
create policy own on window_change for insert to concord_app
  with check (operation_id = any ((select my_memberships())::int[]) and moved_by = (select my_id()));

create or replace function event_reason(p_kind text, p_payload jsonb) returns text language sql stable parallel safe
  as $$ select case
          when p_kind = 'operation:window_moved'
            then (select w.reason from window_change w where w.id = (p_payload->>'why')::uuid)
          when p_payload ? 'why' then (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid)
          when p_kind = 'package:failed'
            then (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid) end $$;
