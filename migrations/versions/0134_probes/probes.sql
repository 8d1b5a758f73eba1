-- Pictures that people bring to search with. They are no material: nobody but who brought one sees it or its faces, and nothing is
-- matched with them. The reason stays; picture and vectors are erased.
create table probe (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  purpose text not null check (purpose in ('victim', 'missing')),
  legal_basis text not null,
  case_reference text not null,
  brought_at timestamptz not null default now(),
  state text not null default 'waiting' check (state in ('waiting', 'read', 'refused', 'erased')),
  refusal text,
  keeps_until timestamptz not null default now() + interval '1 hour',
  address text,                               -- the sealed picture, until it was read
  crops text                                  -- its faces, sealed as one object
);
create index ix_probe_user on probe (user_id, operation_id, brought_at);
create index ix_probe_kept on probe (keeps_until) where state <> 'erased';
create table probe_face (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  probe_id uuid not null references probe,
  box real[] not null,
  frame_width int not null, frame_height int not null,
  quality real not null, quality_word text not null check (quality_word in ('good', 'usable', 'poor')),
  eye_distance_px real not null,
  embedding halfvec,                          -- null once it is erased
  pack_id text not null, model_digest text not null
);
create index ix_probe_face_probe on probe_face (probe_id);
do $$
declare t text;
begin
  foreach t in array array['probe', 'probe_face'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    execute format('create policy own on %I for select to concord_app using (user_id = (select my_id()))', t);
    execute format('create policy within_reach on %I as restrictive to concord_app '
                   'using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]))', t);
    execute format('grant select, insert, update on %I to concord_worker', t);
  end loop;
end $$;
create policy brought on probe for insert to concord_app with check (user_id = (select my_id())
  and operation_id = any ((select my_operations())::int[]) and state = 'waiting' and keeps_until <= now() + interval '1 hour');
create policy ended on probe for update to concord_app using (user_id = (select my_id())) with check (user_id = (select my_id())
  and keeps_until <= now());
grant select, insert on probe to concord_app;
grant update (keeps_until) on probe to concord_app;
grant select on probe_face to concord_app;

insert into governed (name, key, operation, fixed, once, free) values
('probe', '{id}', 'operation_id', '{operation_id,user_id,played_by,purpose,legal_basis,case_reference,brought_at}', '{}', '{}');
select govern('probe');

alter table face_search alter column probe_face_id drop not null;
alter table face_search add column brought_face_id uuid references probe_face;
alter table face_search add constraint face_search_one_face check (num_nonnulls(probe_face_id, brought_face_id) = 1);
update governed set fixed = fixed || '{brought_face_id}' where name = 'face_search';
select govern('face_search');
select seal_all('face_search');
select bind_all();
