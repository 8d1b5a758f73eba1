alter table exhibit
  add column seized_by text check (length(seized_by) between 1 and 200),       -- the authority that seized the device
  add column seized_on date,
  add column acquired_hash text check (acquired_hash ~ '^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$');  -- of the image

alter table exhibit_change drop constraint exhibit_change_what_check;
alter table exhibit_change add constraint ck_exhibit_change_what 
  check (what in ('handling', 'sharing', 'kind', 'case_reference', 'custodian', 'seized_by', 'seized_on', 'acquired_hash'));

-- Every original of an exhibit was read again and compared with the hash that it came with. No checked_at: it is still to be done.
create table original_check (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  exhibit_id uuid not null references exhibit,
  asked_by int references app_user,             -- null: Concord, each night
  asked_at timestamptz not null default now(),
  checked_at timestamptz,
  files int check (files >= 0),                 -- how many different originals
  wrong uuid[] not null default '{}',           -- media whose original is not what came
  missing uuid[] not null default '{}'          -- media whose original is not there
);
create index ix_original_check_exhibit on original_check (exhibit_id, asked_at);
create unique index uq_original_check_open on original_check (exhibit_id) where checked_at is null;
alter table original_check enable row level security;
create policy worker_all on original_check to concord_worker using (true) with check (true);
create policy keys on original_check for select to concord_app using (exists (select 1 from exhibit e where e.id = exhibit_id));
create policy own on original_check for insert to concord_app
  with check (asked_by = (select my_id()) and checked_at is null and exists (
    select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = exhibit_id and c.agency_id = (select my_agency())));
grant select, insert on original_check to concord_app;
grant select, insert, update on original_check to concord_worker;
