create table person_word (                    -- what an examiner says of a depicted person; never changed, only withdrawn
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  compartment_id int not null references compartment,  -- the person's
  person_id uuid not null references person,
  what text not null check (what in ('age_band', 'country', 'note', 'feature_face')),
  code text,                                  -- the age band; the country where the picture was probably made
  face_id uuid references face,
  on_day date,                                -- for which the age is said
  words text not null default '',             -- the grounds, or the note
  said_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  said_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  withdrawn_by int references app_user,
  withdrawn_at timestamptz,
  constraint ck_person_word_code check (case what when 'age_band' then code in ('under_3', '3_6', '7_12', '13_17', 'adult')
    when 'country' then code ~ '^[A-Z]{2}$' and words <> '' when 'note' then code is null and words <> '' else code is null end),
  constraint ck_person_word_face check ((what = 'feature_face') = (face_id is not null))
);
create index ix_person_word_person on person_word (person_id);
create index ix_person_word_compartment on person_word (compartment_id);
create index ix_person_merged_into on person (merged_into) where merged_into is not null;
alter table person_word enable row level security;
create policy worker_all on person_word to concord_worker using (true) with check (true);
create policy keys on person_word for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
create policy own on person_word for insert to concord_app
  with check (said_by = (select my_id()) and compartment_id = any ((select my_keys())::int[]));
create policy withdrawn on person_word for update to concord_app using (compartment_id = any ((select my_keys())::int[]))
  with check (withdrawn_by = (select my_id()));
grant select, insert on person_word to concord_app;
grant update (withdrawn_by, withdrawn_at) on person_word to concord_app;
grant select on person_word to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('person_word', '{id}', 'operation_id', '{operation_id,person_id,what,code,face_id,on_day,words,said_by,played_by,said_at,ordinal}',
  '{withdrawn_by,withdrawn_at}', '{compartment_id}');
select govern('person_word');
insert into erasable (name, words, author) values ('person_word', '{words}', 'said_by');

create function persons_as(p_person uuid) returns table (id uuid) language sql stable
  -- A person, and everybody whose number leads to it.
  as $$ with recursive down as (
          select p_person as id union select p.id from person p join down d on p.merged_into = d.id) select id from down $$;
grant execute on function persons_as to concord_app, concord_worker;

create function set_ages(p_persons uuid[]) returns void language sql security definer set search_path = public as $$
  -- The age of a person is the last one that its own agency said of it, or of whom it took over, and did not withdraw.
  update person p set age_band = a.code
  from (select t.id, (
          select w.code from person_word w join compartment c on c.id = w.compartment_id join app_user u on u.id = w.said_by
          where w.person_id in (select id from persons_as(t.id)) and w.what = 'age_band' and w.withdrawn_at is null
            and u.agency_id = c.agency_id order by w.ordinal desc limit 1) as code
        from (select distinct id from unnest(p_persons) t(id)) t) a
  where a.id = p.id and p.age_band is distinct from a.code $$;

create function refold_ages() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform set_ages(array(
    with recursive up as (
      select person_id as id from changed where what = 'age_band'
      union select p.merged_into from person p join up on up.id = p.id where p.merged_into is not null)
    select id from up order by id));
  return null;
end $$;
create trigger refold_after_insert after insert on person_word referencing new table as changed for each statement execute function refold_ages();
create trigger refold_after_update after update on person_word referencing new table as changed for each statement execute function refold_ages();
revoke execute on function persons_as, set_ages, refold_ages from public;
