alter table operation add column sweeps boolean not null default true;  -- media are looked at again in full size
grant update (sweeps) on operation to concord_app;
update governed set free = free || '{sweeps}' where name = 'operation';
select govern('operation');
select seal_all('operation');
select bind_all();
alter table face add column by_sweep boolean not null default false;    -- the first look missed it
create table media_sweep (                     -- a medium that was looked at again, in tiles of full size
  media_item_id uuid primary key references media_item,
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  method text not null check (method <> ''),   -- how it was looked at
  faces int not null check (faces >= 0),       -- that the first look had missed
  bettered int not null check (bettered >= 0), -- poor ones that are seen better
  is_whole boolean not null,                   -- all of it, in its own size
  swept_at timestamptz not null default now()
);
create index ix_media_sweep_compartment on media_sweep (compartment_id);
alter table media_sweep enable row level security;
create policy worker_all on media_sweep to concord_worker using (true) with check (true);
create policy keys on media_sweep for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
grant select on media_sweep to concord_app;
grant select, insert, update on media_sweep to concord_worker;

create function sweeps_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes along that it was swept.
begin
  update media_sweep set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger sweeps_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function sweeps_follow_their_medium();
revoke execute on function sweeps_follow_their_medium from public;

create view medium_to_sweep with (security_invoker = true) as
  -- Media of exhibits that were read with faces sought and are to be looked at again: their operation has it done, and their country still
  -- lets faces be compared. What a list of known material says need not be read is not.
  select m.id, m.operation_id, m.compartment_id, c.country, m.kind, m.address, m.duration_s, m.received_at
  from media_item m
  join operation o on o.id = m.operation_id and o.sweeps and o.state <> 'closed'
  join compartment_with_agency c on c.id = m.compartment_id
  join participation p on p.operation_id = m.operation_id and p.country = c.country and p.face_recognition
  where m.state = 'read' and m.kind in ('photo', 'video') and m.register_entry_id is null and m.faces_sought
    and not m.unseen @> '{known}'
    and not exists (select 1 from media_sweep s where s.media_item_id = m.id);
grant select on medium_to_sweep to concord_app, concord_worker;
