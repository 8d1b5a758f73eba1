create table face_act (                       -- somebody drew a face that was missed, or took a wrong box away
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the medium's
  media_item_id uuid not null references media_item,
  what text not null check (what in ('drawn', 'taken_away')),
  region jsonb,                               -- of a drawn one: W3C fragment selector in per cent of the picture's sides
  face_id uuid references face,               -- the face that was taken away
  -- Of a drawn one: waits for a worker; described with a vector; without one, because no face can be aligned in it; not decoded any more.
  state text check (state in ('waiting', 'described', 'no_face', 'not_readable')),
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  undone_by int references app_user,
  undone_at timestamptz,
  constraint ck_face_act_what check (case what when 'drawn' then region is not null and face_id is null and state is not null
    else region is null and face_id is not null and state is null end)
);
create index ix_face_act_medium on face_act (media_item_id);
create unique index uq_face_act_taken on face_act (face_id) where undone_at is null and face_id is not null;
alter table face add column drawn_as uuid references face_act;      -- people drew it
alter table face add column taken_away_as uuid references face_act; -- people took it away; it is counted, compared and shown nowhere
alter table face add column before_taken uuid references person;    -- whose it was then
create unique index uq_face_drawn_as on face (drawn_as) where drawn_as is not null;
create index ix_face_taken_away on face (media_item_id) where taken_away_as is not null;

alter table face_act enable row level security;
create policy worker_all on face_act to concord_worker using (true) with check (true);
create policy keys on face_act for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on face_act for insert to concord_app with check (said_by = (select my_id()) and undone_at is null
  and exists (select 1 from media_item m join compartment c on c.id = m.compartment_id
              where m.id = face_act.media_item_id and m.compartment_id = face_act.compartment_id and m.operation_id = face_act.operation_id
                and c.agency_id = (select my_agency()) and c.id = any ((select my_keys())::int[])));
create policy own_change on face_act for update to concord_app
  using (compartment_id = any ((select my_keys())::int[]) and undone_at is null
    and exists (select 1 from compartment c where c.id = face_act.compartment_id and c.agency_id = (select my_agency())))
  with check (undone_by = (select my_id()));
grant select, insert on face_act to concord_app;
grant update (undone_by, undone_at) on face_act to concord_app;
grant select, insert, update on face_act to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('face_act', '{id}', 'operation_id', '{operation_id,media_item_id,what,region,face_id,said_by,played_by,said_at}', '{undone_by,undone_at}',
  '{compartment_id,state}');
select govern('face_act');
create function boxes_follow_their_medium() returns trigger language plpgsql set search_path = public as $$
-- A medium that goes behind another lock takes along what was said of its faces.
begin
  update face_act set compartment_id = new.compartment_id where media_item_id = new.id;
  return null;
end $$;
create trigger boxes_follow after update of compartment_id on media_item for each row
  when (old.compartment_id <> new.compartment_id) execute function boxes_follow_their_medium();
revoke execute on function boxes_follow_their_medium from public;
