create table corroboration (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,                       -- the lead's
  type text not null check (type in ('camera', 'place', 'object', 'body_mark', 'file_data', 'voice_or_text', 'testimony', 'official_record', 'earlier_case', 'forensic')),
  reference text not null,                    -- where it is found
  dated_on date not null,                     -- the day of what it refers to
  speaks text not null check (speaks in ('for', 'against')),
  stated_by int not null references app_user,
  stated_at timestamptz not null default now(),
  withdrawn_at timestamptz);
create index ix_corroboration_lead on corroboration (lead_id);
alter table corroboration enable row level security;
create policy worker_all on corroboration to concord_worker using (true) with check (true);
-- It is written to be sent: whoever sees the lead sees it, as with grounds of jurisdiction.
create policy keys on corroboration for select to concord_app using (locks && (select my_keys()));
create policy own on corroboration for insert to concord_app
  with check (locks && (select my_keys()) and stated_by = (select my_id()) and withdrawn_at is null);
create policy withdrawn on corroboration for update to concord_app
  using (locks && (select my_keys()) and stated_by = (select my_id()))
  with check (locks && (select my_keys()) and stated_by = (select my_id()));
grant select, insert on corroboration to concord_app, concord_worker;
grant update (withdrawn_at) on corroboration to concord_app, concord_worker;
