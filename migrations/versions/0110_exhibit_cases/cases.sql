create table exhibit_case (                   -- a case file that came with an exhibit, kept as it came; the last one counts
  id uuid primary key default gen_random_uuid(),
  number int generated always as identity unique,  -- narrow, for the records
  operation_id int not null references operation,
  exhibit_id uuid not null references exhibit,
  name text not null,                         -- of the file, as it was sent
  scheme text not null check (scheme in ('none', 'us_2_0', 'us_legacy')),  -- which table its categories follow, as whoever brought it says
  version text,                               -- of the shape, as the file says
  region text,
  is_case boolean not null,                   -- or a hash set in its place
  address text not null,                      -- of the sealed file
  sha256 bytea not null check (length(sha256) = 32),
  size_bytes bigint not null,
  records int not null,                       -- in the file
  brought_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  brought_at timestamptz not null default now()
);
create index ix_exhibit_case_exhibit on exhibit_case (exhibit_id, number);

create table exhibit_case_record (            -- narrow: a case may hold a million. A record without a usable hash has no row
  case_no int not null references exhibit_case (number),
  place int not null,                         -- in the file, from 1
  md5 bytea check (length(md5) = 16),
  sha1 bytea check (length(sha1) = 20),
  category int,                               -- the number that the file gives, as it stands there
  stated text,                                -- what stands there instead of a number
  path text not null,                         -- the first that the record names: shown, and never used
  primary key (case_no, place),
  check (md5 is not null or sha1 is not null)
);
create index ix_exhibit_case_record_md5 on exhibit_case_record (md5);
create index ix_exhibit_case_record_sha1 on exhibit_case_record (sha1) where sha1 is not null;

alter table exhibit_case enable row level security;
alter table exhibit_case_record enable row level security;
create policy worker_all on exhibit_case to concord_worker using (true) with check (true);
create policy worker_all on exhibit_case_record to concord_worker using (true) with check (true);
-- A case says what its owner knows of the exhibit, files that never came too: for the owner's agency alone, whoever else opens the exhibit.
create policy own on exhibit_case for select to concord_app using (exists (
  select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = exhibit_case.exhibit_id and c.agency_id = (select my_agency())));
create policy own_insert on exhibit_case for insert to concord_app with check (brought_by = (select my_id()) and exists (
  select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = exhibit_case.exhibit_id
    and e.operation_id = exhibit_case.operation_id and c.agency_id = (select my_agency())));
create policy own on exhibit_case_record for select to concord_app using (case_no in (select k.number from exhibit_case k));
create policy own_insert on exhibit_case_record for insert to concord_app
  with check (case_no in (select k.number from exhibit_case k where k.brought_by = (select my_id())));
grant select, insert on exhibit_case, exhibit_case_record to concord_app, concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('exhibit_case', '{id}', 'operation_id',
  '{number,operation_id,exhibit_id,name,scheme,version,region,is_case,address,sha256,size_bytes,records,brought_by,played_by,brought_at}', '{}', '{}');
select govern('exhibit_case');

alter table register_import drop constraint register_import_what_check;
alter table register_import add constraint register_import_what_check check (what in ('register', 'known_list', 'exhibit_case'));
alter table register_import
  add column exhibit_id uuid references exhibit,
  add column case_id uuid references exhibit_case;
