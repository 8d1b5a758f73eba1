create table register_import (                -- a register that was sent, what became of it, and its report
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  agency_id int not null references agency,
  asked_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  country text not null,
  name text not null,
  legal_source text not null,
  sharing text not null,
  handling_code text not null,
  takes_rest boolean not null default false,  -- whoever sent it has seen the faults and takes what can be taken without them
  address text,                               -- of the sealed upload; none once it is erased
  state text not null default 'waiting'
    check (state in ('waiting', 'reading', 'storing', 'writing', 'done', 'refused', 'cancelled', 'failed')),
  read int not null default 0,                -- of the entries or, while portraits are stored, of these
  total int,
  entries int,                                -- taken
  takable int,                                -- of a refused one: what could be taken without its faults
  remarks jsonb not null default '[]',        -- sentences with their values
  faults jsonb not null default '[]',         -- the same, up to a limit
  fault_count int not null default 0,
  register_id uuid references register,
  asked_at timestamptz not null default now(),
  ended_at timestamptz
);
create index ix_register_import_operation on register_import (operation_id, asked_at);
create index ix_register_import_upload on register_import (ended_at) where address is not null;
alter table register_import enable row level security;
create policy worker_all on register_import to concord_worker using (true) with check (true);
-- A report repeats what stands in the file: for whoever sent it, and for those of the agency who open its material.
create policy own on register_import to concord_app
  using (asked_by = (select my_id()) or (agency_id = (select my_agency()) and exists (
    select 1 from compartment c where c.operation_id = register_import.operation_id and c.agency_id = register_import.agency_id
      and c.id = any ((select my_keys())::int[]))))
  with check (agency_id = (select my_agency()));
grant select, insert, update on register_import to concord_app, concord_worker;

create function jobs_of_my_agency(p_kind text) returns int language sql stable security definer set search_path = public
  -- How many jobs of a kind the caller's agency has asked for and not got yet: the next one stands behind as many turns of others.
  as $$ select count(*)::int from job j join app_user u on u.id = j.asked_by
        where j.kind = p_kind and j.state in ('waiting', 'running') and u.agency_id = my_agency() $$;
revoke execute on function jobs_of_my_agency from public;
grant execute on function jobs_of_my_agency to concord_app, concord_worker;
