create table half_upload (                    -- a file of an exhibit that is being sent; it becomes a line of the exhibit when it is whole
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  exhibit_id uuid not null references exhibit,
  agency_id int not null references agency,
  owner_id int not null references app_user,  -- who sends it; nobody else adds to it
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  path text not null,                         -- where it stood on the device
  path_bytes bytea,                           -- as it stood there, where that is no text
  modified_ms bigint,                         -- when it was last changed on the sender's machine: tells two files of one name and size apart
  size_bytes bigint not null check (size_bytes >= 0),
  received_bytes bigint not null default 0 check (received_bytes between 0 and size_bytes),
  pieces int not null default 0,
  state text not null default 'open' check (state in ('open', 'whole', 'taken', 'refused', 'dropped')),
  failure text check (failure in ('other_content', 'intake_ended', 'no_right', 'closed', 'failed')),
  sha256 bytea check (length(sha256) = 32),   -- of what was taken
  refusal text,                               -- why its content is refused, as its line says
  begun_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check (case state when 'refused' then failure is not null when 'dropped' then true else failure is null end)
);
-- Who begins the same file once more goes on with it.
create unique index uq_half_upload_path on half_upload (owner_id, exhibit_id, md5(path)) where state in ('open', 'whole');
create index ix_half_upload_exhibit on half_upload (exhibit_id);
create index ix_half_upload_over on half_upload (expires_at) where state in ('open', 'taken', 'refused');

create table half_upload_piece (              -- a part of it, sealed as an object of its own
  upload_id uuid not null references half_upload,
  starts_at bigint not null check (starts_at >= 0),
  length int not null check (length > 0),
  address text not null,
  primary key (upload_id, starts_at)
);
create index ix_half_upload_piece_address on half_upload_piece (address);

alter table half_upload enable row level security;
alter table half_upload_piece enable row level security;
create policy worker_all on half_upload to concord_worker using (true) with check (true);
create policy worker_all on half_upload_piece to concord_worker using (true) with check (true);
-- Paths of a device are for those who open its exhibit, and of them for the agency that brings it in.
create policy own on half_upload for select to concord_app using (agency_id = (select my_agency())
  and exists (select 1 from exhibit e where e.id = half_upload.exhibit_id));
create policy own_insert on half_upload for insert to concord_app
  with check (owner_id = (select my_id()) and agency_id = (select my_agency()) and state in ('open', 'whole') and received_bytes = 0 and exists (
    select 1 from exhibit e join compartment c on c.id = e.compartment_id where e.id = half_upload.exhibit_id
      and e.operation_id = half_upload.operation_id and c.agency_id = (select my_agency())));
-- Who sends it adds to it; a colleague may throw it away.
create policy own_update on half_upload for update to concord_app
  using (agency_id = (select my_agency()) and exists (select 1 from exhibit e where e.id = half_upload.exhibit_id))
  with check (state = 'dropped' or (owner_id = (select my_id()) and state in ('open', 'whole')));
create policy own on half_upload_piece for select to concord_app
  using (upload_id in (select h.id from half_upload h where h.owner_id = (select my_id())));
create policy own_insert on half_upload_piece for insert to concord_app
  with check (upload_id in (select h.id from half_upload h where h.owner_id = (select my_id())));
grant select, insert on half_upload, half_upload_piece to concord_app;
grant update (received_bytes, pieces, state, expires_at) on half_upload to concord_app;
grant select, insert, update, delete on half_upload, half_upload_piece to concord_worker;
