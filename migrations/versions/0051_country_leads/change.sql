create table country_lead_proposal (                  -- of a person to lead a country that has no lead
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  country text not null,
  agency_id int not null references agency,
  user_id int references app_user,            -- null: a person without an account, by name
  name text,
  proposed_by int not null references app_user,
  proposed_at timestamptz not null default now(),
  confirmed_by int references app_user,
  confirmed_at timestamptz,
  check ((user_id is null) <> (name is null)),
  check (confirmed_by <> proposed_by),
  check ((confirmed_by is null) = (confirmed_at is null)));
create index ix_country_lead_proposal_country on country_lead_proposal (operation_id, country);
alter table country_lead_proposal enable row level security;
create policy worker_all on country_lead_proposal to concord_worker using (true) with check (true);
create policy members on country_lead_proposal for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy own on country_lead_proposal for insert to concord_app
  with check (proposed_by = (select my_id()) and operation_id = any ((select my_met())::int[]));
create policy confirmed on country_lead_proposal for update to concord_app
  using (confirmed_at is null and operation_id = any ((select my_administrations())::int[])) with check (confirmed_by = (select my_id()));
create policy within_reach on country_lead_proposal as restrictive to concord_app
  using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]));
grant select, insert, update on country_lead_proposal to concord_worker;
grant select, insert on country_lead_proposal to concord_app;
grant update (confirmed_by, confirmed_at) on country_lead_proposal to concord_app;
