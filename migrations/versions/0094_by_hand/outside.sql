-- What a search outside of Concord found: a lead of a kind of its own, with one side, what was searched with.
alter table lead drop constraint lead_kind_check, drop constraint ck_lead_side_count;
alter table lead add constraint lead_kind_check
  check (kind in ('register_match', 'same_face', 'same_file', 'near_copy', 'camera_serial', 'clue', 'outside_result'));
alter table lead add constraint ck_lead_side_count
  check (case kind when 'clue' then side_count in (0, 1) when 'outside_result' then side_count = 1 else side_count = 2 end);

create table outside_result (
  lead_id uuid primary key references lead,
  operation_id int not null references operation,
  locks int[] not null,                       -- the lead's
  candidate text not null check (candidate <> ''),                -- as the other system calls it
  system text not null check (system <> ''),
  searched_on date not null,
  legal_basis text not null check (legal_basis <> ''),
  reference text not null check (reference <> ''),
  brought_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  brought_at timestamptz not null default now()
);
alter table outside_result enable row level security;
create policy worker_all on outside_result to concord_worker using (true) with check (true);
create policy keys on outside_result for select to concord_app using (locks && (select my_keys()));
create policy opened on outside_result as restrictive to concord_app using (not (locks && (select my_closed())));
create policy own on outside_result for insert to concord_app with check (locks <@ (select my_keys()) and brought_by = (select my_id()));
grant select, insert on outside_result to concord_app;
grant select on outside_result to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('outside_result', '{lead_id}', 'operation_id',
  '{operation_id,candidate,system,searched_on,legal_basis,reference,brought_by,played_by,brought_at}', '{}', '{locks}');
select govern('outside_result');

drop function open_clue_lead(uuid, int, int, uuid, uuid);
create function open_clue_lead(p_lead uuid, p_operation int, p_lock int, p_media uuid, p_person uuid, p_kind text default 'clue',
    p_score double precision default null, p_key text default null) returns int language plpgsql security definer set search_path = public as $$
-- The lead of a person's clue, or of what a search outside of Concord found, with its one side or none; answers its number, or nothing where
-- the same result has a lead already. People may write neither leads nor sides by themselves. The side is of the compartment whose key the
-- caller holds. A score of another system is withheld as ours is, until the lead is decided.
declare v_number int; v_country text; v_face uuid; v_media uuid := p_media; v_pair bytea := sha256(convert_to(p_kind || ' ' || coalesce(p_key, p_lead::text), 'UTF8'));
begin
  if p_kind not in ('clue', 'outside_result') then raise exception 'open_clue_lead: no such kind'; end if;
  select a.country into v_country from compartment c join agency a on a.id = c.agency_id
    where c.id = p_lock and c.operation_id = p_operation and opens(array[c.id]);
  if not found or p_media is not null and not exists (select 1 from media_item where id = p_media and compartment_id = p_lock)
     or p_person is not null and not exists (select 1 from person where id = p_person and compartment_id = p_lock and merged_into is null) then
    raise exception 'open_clue_lead: not of this compartment';
  end if;
  if exists (select 1 from lead l where l.operation_id = p_operation and l.pair_key = v_pair) then return null; end if;
  if p_person is not null then
    select f.id, f.media_item_id into v_face, v_media from face f where f.person_id = p_person order by f.quality desc, f.id limit 1;
  end if;
  v_number := next_number(p_operation, 'lead');
  insert into lead (id, operation_id, number, kind, pair_key, locks, countries, priority, bands_shown, side_count, score)
    select p_lead, o.id, v_number, p_kind, v_pair, array[p_lock], array[v_country], 2, o.shows_band, num_nonnulls(p_media, p_person), p_score
    from operation o where o.id = p_operation
    on conflict (operation_id, pair_key) do nothing;
  if not found then return null; end if;  -- somebody else was first
  if num_nonnulls(p_media, p_person) = 1 then
    insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, face_id, person_id, media_item_id, exhibit_id)
      values (p_operation, p_lead, p_lock, 1, v_country, v_face, p_person, v_media, first_exhibit(v_media));
  end if;
  return v_number;
end $$;
revoke execute on function open_clue_lead from public;
grant execute on function open_clue_lead to concord_app;
