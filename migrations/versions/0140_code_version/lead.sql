-- By which code a lead was found, and the operation's last event when the vectors were brought up to the rows: of the material that had been
-- read by then, all was compared. Both are null on leads from before, and on leads that compare no faces. Neither tells of a hidden face.
alter table lead add column code_version text, add column compared_to bigint;
grant select (code_version, compared_to) on lead to concord_app;

drop function open_found_lead(uuid, uuid, uuid, double precision, double precision);
create function open_found_lead(p_lead uuid, p_search uuid, p_face uuid, p_threshold double precision, p_strong double precision, p_code text default null) returns table (number int, kind text, locks int[])
  language plpgsql security definer set search_path = public as $$
-- The lead of a pair that somebody found in a search of his own: the face that was searched with, and the best face of another person or entry.
-- No row where the pair has a lead already, whatever became of it, or where nothing is to be compared. The score is computed here, and
-- told to nobody.
declare v_probe face; v_face face; v_locks int[]; v_score real; v_search face_search; v_kind text; v_number int;
begin
  select * into v_search from face_search s where s.id = p_search and s.user_id = my_id();
  if not found then return; end if;
  select * into v_probe from face f where f.id = v_search.probe_face_id and opens(array[f.compartment_id]);
  select * into v_face from face f where f.id = p_face and opens(array[f.compartment_id]);
  if v_probe.id is null or v_face.id is null or v_probe.operation_id <> v_face.operation_id or v_probe.model_digest <> v_face.model_digest
     or coalesce(v_probe.person_id, v_probe.register_entry_id) is null or coalesce(v_face.person_id, v_face.register_entry_id) is null
     or v_probe.compartment_id = v_face.compartment_id and v_probe.person_id is not null and v_face.person_id is not null
     or v_probe.register_entry_id is not null and v_face.register_entry_id is not null
     or v_probe.embedding is null or v_face.embedding is null then
    return;
  end if;
  perform hold('entry', array(select n.id::text from register_entry n where n.id in (v_probe.register_entry_id, v_face.register_entry_id)));
  if exists (select 1 from register_entry n where n.id in (v_probe.register_entry_id, v_face.register_entry_id) and n.is_closed) then return; end if;
  v_score := 1 - (v_probe.embedding <=> v_face.embedding);
  v_locks := array(select distinct l from unnest(array[v_probe.compartment_id, v_face.compartment_id]) l order by 1);
  v_kind := case when v_probe.register_entry_id is null and v_face.register_entry_id is null then 'same_face' else 'register_match' end;
  if exists (select 1 from lead l where l.operation_id = v_probe.operation_id and l.pair_key = pair_key_of_faces(
      coalesce(v_probe.person_id, v_probe.register_entry_id), coalesce(v_face.person_id, v_face.register_entry_id))) then
    return;
  end if;
  v_number := next_number(v_probe.operation_id, 'lead');
  insert into lead (id, operation_id, number, kind, pair_key, locks, countries, priority, bands_shown, score, band, threshold, pack_id, model_digest, search_id, code_version, compared_to)
    select p_lead, o.id, v_number, v_kind, pair_key_of_faces(coalesce(v_probe.person_id, v_probe.register_entry_id),
        coalesce(v_face.person_id, v_face.register_entry_id)), v_locks,
      array(select distinct a.country from compartment c join agency a on a.id = c.agency_id where c.id = any (v_locks) order by 1),
      2, o.shows_band, v_score, case when v_score < p_threshold then 'weak' when v_score >= p_strong then 'strong' else 'moderate' end,
      p_threshold, v_probe.pack_id, v_probe.model_digest, p_search, p_code,
      (select c.last_seq from chain c where c.operation_id = o.id)
    from operation o where o.id = v_probe.operation_id
    on conflict (operation_id, pair_key) do nothing;
  if not found then return; end if;  -- somebody else was first
  insert into lead_evidence (operation_id, lead_id, compartment_id, side, country, face_id, person_id, register_entry_id, media_item_id, exhibit_id)
    select f.operation_id, p_lead, f.compartment_id, row_number() over (order by (f.id = v_probe.id) desc), a.country, f.id, f.person_id,
      f.register_entry_id, f.media_item_id, first_exhibit(f.media_item_id)
    from face f join compartment c on c.id = f.compartment_id join agency a on a.id = c.agency_id where f.id in (v_probe.id, v_face.id);
  return query select v_number, v_kind, v_locks;
end $$;
revoke execute on function open_found_lead from public;
grant execute on function open_found_lead to concord_app;
