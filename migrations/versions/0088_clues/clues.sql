-- How many sides a lead has. What is about identity or about a pair of devices has two; a clue has one, or none.
alter table lead add column side_count int not null default 2;
alter table lead add constraint ck_lead_side_count check (case when kind = 'clue' then side_count in (0, 1) else side_count = 2 end);
grant select (side_count) on lead to concord_app;

create table clue (                           -- what a person noticed, word for word; its lead carries the work on it
  lead_id uuid primary key references lead,
  operation_id int not null references operation,
  locks int[] not null,                       -- the lead's
  what text not null check (what in ('object', 'place', 'text', 'language', 'clothing', 'other')),
  claim text not null check (claim <> ''),
  region jsonb,                               -- W3C Web Annotation selector, in shares of the preview's sides
  at_s double precision check (at_s >= 0),    -- in a video or a recording: the second at which it begins
  until_s double precision,
  series_id uuid references series,           -- what it is about, where it is no picture and no person: these are the lead's side
  opened_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  opened_at timestamptz not null default now(),
  -- What two people say came of it: kept by `refold_clues`.
  result text check (result in ('country', 'eliminated')),
  country text,
  grounds text,
  stated_by int references app_user,
  confirmed_by int references app_user,
  confirmed_at timestamptz,
  constraint ck_clue_time check (until_s is null or at_s is not null and until_s >= at_s)
);
create index ix_clue_operation on clue (operation_id);
create table clue_act (                       -- what somebody says came of a clue; it is taken back, never changed
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  lead_id uuid not null references lead,
  locks int[] not null,                       -- the lead's
  what text not null check (what in ('stated', 'confirmed')),
  result text not null check (result in ('country', 'eliminated')),
  country text check (country ~ '^[A-Z]{2}$'),
  grounds text,
  said_by int not null references app_user,
  said_at timestamptz not null default now(),
  ordinal bigint generated always as identity,
  undone_by int references app_user,
  undone_at timestamptz,
  constraint ck_clue_act_country check ((result = 'country') = (country is not null)),
  constraint ck_clue_act_grounds check ((what = 'stated') = (grounds is not null))
);
create index ix_clue_act_lead on clue_act (lead_id);

alter table clue enable row level security;
create policy worker_all on clue to concord_worker using (true) with check (true);
create policy keys on clue for select to concord_app using (locks && (select my_keys()));
create policy opened on clue as restrictive to concord_app using (not (locks && (select my_closed())));
create policy own on clue for insert to concord_app with check (locks <@ (select my_keys()) and opened_by = (select my_id()));
grant select, insert on clue to concord_app;
grant select on clue to concord_worker;
alter table clue_act enable row level security;
create policy worker_all on clue_act to concord_worker using (true) with check (true);
create policy keys on clue_act for select to concord_app using (locks && (select my_keys()));
create policy opened on clue_act as restrictive to concord_app using (not (locks && (select my_closed())));
create policy own on clue_act for insert to concord_app
  with check (locks && (select my_keys()) and said_by = (select my_id()) and undone_at is null);
create policy taken_back on clue_act for update to concord_app
  using (locks && (select my_keys()) and undone_at is null) with check (undone_by = (select my_id()));
grant select, insert on clue_act to concord_app;
grant update (undone_by, undone_at) on clue_act to concord_app;
grant select on clue_act to concord_worker;

create function open_clue_lead(p_lead uuid, p_operation int, p_lock int, p_media uuid, p_person uuid) returns int language plpgsql
  security definer set search_path = public as $$
-- The lead of a person's clue, with its one side or none; answers its number. People may write neither leads nor sides by themselves. The
-- side is of the compartment whose key the caller holds.
declare v_number int; v_country text; v_face uuid; v_media uuid := p_media;
begin
  select a.country into v_country from compartment c join agency a on a.id = c.agency_id
    where c.id = p_lock and c.operation_id = p_operation and opens(array[c.id]);
  if not found or p_media is not null and not exists (select 1 from media_item where id = p_media and compartment_id = p_lock)
     or p_person is not null and not exists (select 1 from person where id = p_person and compartment_id = p_lock and merged_into is null) then
    raise exception 'open_clue_lead: not of this compartment';
  end if;
  if p_person is not null then
    select f.id, f.media_item_id into v_face, v_media from face f where f.person_id = p_person order by f.quality desc, f.id limit 1;
  end if;
  v_number := next_number(p_operation, 'lead');
  insert into lead (id, operation_id, number, kind, pair_key, locks, countries, priority, bands_shown, side_count)
    select p_lead, o.id, v_number, 'clue', sha256(convert_to('clue ' || p_lead, 'UTF8')), array[p_lock], array[v_country], 2, o.shows_band,
      num_nonnulls(p_media, p_person)
    from operation o where o.id = p_operation;
  if num_nonnulls(p_media, p_person) = 1 then
    insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, face_id, person_id, media_item_id, exhibit_id)
      values (p_operation, p_lead, p_lock, 1, v_country, v_face, p_person, v_media, first_exhibit(v_media));
  end if;
  return v_number;
end $$;
revoke execute on function open_clue_lead from public;
grant execute on function open_clue_lead to concord_app;

create function fold_clues(p_leads uuid[]) returns table (lead_id uuid, result text, country text, grounds text, stated_by int,
    confirmed_by int, confirmed_at timestamptz) language sql stable
  -- What stands of clues: the last statement counts, and a second person's word for the same counts while no other statement came between.
  as $$
  with act as (select *, result || coalesce(country, '') as said from clue_act where lead_id = any (p_leads) and undone_at is null),
  now as (select distinct on (lead_id) lead_id, said from act where what = 'stated' order by lead_id, ordinal desc),
  mine as (select a.* from act a join now n using (lead_id, said)
           where a.ordinal > coalesce((select max(o.ordinal) from act o where o.lead_id = a.lead_id and o.what = 'stated'
                                         and o.said <> a.said), 0)),
  second as (select distinct on (m.lead_id) m.lead_id, m.said_by, m.said_at from mine m
             where m.what = 'confirmed' and exists (select 1 from mine d where d.lead_id = m.lead_id and d.what = 'stated'
                                                      and d.said_by <> m.said_by)
             order by m.lead_id, m.ordinal),
  first as (select distinct on (m.lead_id) m.lead_id, m.said_by, m.result, m.country from mine m left join second s using (lead_id)
            where m.what = 'stated' and m.said_by is distinct from s.said_by order by m.lead_id, m.ordinal),
  why as (select g.lead_id, string_agg(g.grounds, ' · ' order by g.ordinal) as grounds
          from (select lead_id, grounds, min(ordinal) as ordinal from mine where what = 'stated' group by 1, 2) g group by 1)
  select c.lead_id, f.result, f.country, w.grounds, f.said_by, s.said_by, s.said_at
  from clue c left join first f on f.lead_id = c.lead_id left join second s on s.lead_id = c.lead_id left join why w on w.lead_id = c.lead_id
  where c.lead_id = any (p_leads) $$;
create function refold_clues() returns trigger language plpgsql security definer set search_path = public as $$
-- Bring what clues keep of the fold up to date. Their leads are held first, so that two acts that meet see each other.
declare v_leads uuid[] := array(select distinct c.lead_id from changed c order by 1);
begin
  perform hold('lead', v_leads::text[]);
  update clue c set result = f.result, country = f.country, grounds = f.grounds, stated_by = f.stated_by, confirmed_by = f.confirmed_by,
    confirmed_at = f.confirmed_at from fold_clues(v_leads) f where f.lead_id = c.lead_id;
  return null;
end $$;
revoke execute on function fold_clues, refold_clues from public;
grant execute on function fold_clues to concord_worker;
create trigger refold_new after insert on clue_act referencing new table as changed for each statement execute function refold_clues();
create trigger refold_changed after update on clue_act referencing new table as changed for each statement execute function refold_clues();

insert into governed (name, key, operation, fixed, once, free) values
('clue', '{lead_id}', 'operation_id',
  '{operation_id,what,claim,region,at_s,until_s,series_id,opened_by,played_by,opened_at}', '{}', '{locks}'),
('clue_act', '{id}', 'operation_id', '{operation_id,lead_id,what,result,country,grounds,said_by,said_at,ordinal}',
  '{undone_by,undone_at}', '{locks}');
select govern('clue'), govern('clue_act');
