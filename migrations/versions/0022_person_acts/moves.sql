-- Both run with the owner's rights, since people may change neither faces nor leads' pairs by hand; each asks itself whether the
-- persons stand in a compartment of the caller's own agency.
create function own_persons(p_one uuid, p_other uuid) returns boolean language sql stable security definer set search_path = public
  as $$ select count(*) = 2 and count(distinct p.compartment_id) = 1
        from person p join compartment c on c.id = p.compartment_id
        where p.id in (p_one, p_other) and c.agency_id = my_agency() and p.compartment_id = any (my_keys()) $$;

create function refresh_person(p_person uuid) returns void language sql security definer set search_path = public
  -- Count and mean of a person are caches over its faces.
  as $$ update person p set face_count = f.number, centroid = coalesce(f.mean, p.centroid)
        from (select count(*)::int as number, avg(embedding) as mean from face where person_id = p_person and quality_word <> 'poor') f
        where p.id = p_person $$;

create function merge_person(p_stays uuid, p_goes uuid) returns jsonb language plpgsql security definer set search_path = public as $$
-- Give the faces, the sides of leads and the entries of the ledger of one person to another; answers what was moved. A lead whose pair
-- the other has too keeps its own key: both stay, with their opinions, and name each other.
declare v_faces jsonb; v_sides jsonb; v_keys jsonb; v_ledger jsonb;
begin
  if not own_persons(p_stays, p_goes) then raise exception 'not the own persons of one compartment'; end if;
  with moved as (update face set person_id = p_stays where person_id = p_goes returning id)
    select coalesce(jsonb_agg(id), '[]') into v_faces from moved;
  with pairs as (
      select l.id, l.operation_id, l.pair_key as before,
        pair_key_of_faces(p_stays, coalesce(other.person_id, other.register_entry_id)) as after
      from lead_evidence mine join lead l on l.id = mine.lead_id and l.kind in ('same_face', 'register_match')
      join lead_evidence other on other.lead_id = l.id and other.side <> mine.side
      where mine.person_id = p_goes),
    changed as (
      update lead set pair_key = pairs.after from pairs
      where lead.id = pairs.id and not exists (
        select 1 from lead l where l.operation_id = pairs.operation_id and l.pair_key = pairs.after)
      returning lead.id, encode(pairs.before, 'hex') as before)
    select coalesce(jsonb_object_agg(id, before), '{}') into v_keys from changed;
  with moved as (update lead_evidence set person_id = p_stays where person_id = p_goes returning id)
    select coalesce(jsonb_agg(id), '[]') into v_sides from moved;
  with added as (
      insert into ledger_person (ledger_id, person_id, compartment_id)
      select ledger_id, p_stays, compartment_id from ledger_person where person_id = p_goes
        and not exists (select 1 from ledger_person where person_id = p_stays)
      on conflict do nothing returning ledger_id)
    select coalesce(jsonb_agg(ledger_id), '[]') into v_ledger from added;
  update person set merged_into = p_stays where id = p_goes;
  perform refresh_person(p_stays), refresh_person(p_goes);
  return jsonb_build_object('faces', v_faces, 'sides', v_sides, 'keys', v_keys, 'ledger', v_ledger);
end $$;

create function part_person(p_stays uuid, p_goes uuid, p_moved jsonb) returns void language plpgsql security definer
  set search_path = public as $$
-- Give back what a merge moved; what came to the person since stays with it.
begin
  if not own_persons(p_stays, p_goes) then raise exception 'not the own persons of one compartment'; end if;
  update face set person_id = p_goes where person_id = p_stays and id::text in (select jsonb_array_elements_text(p_moved->'faces'));
  update lead_evidence set person_id = p_goes
    where person_id = p_stays and id::text in (select jsonb_array_elements_text(p_moved->'sides'));
  update lead set pair_key = decode(k.value, 'hex') from jsonb_each_text(p_moved->'keys') k
    where lead.id::text = k.key and not exists (
      select 1 from lead l where l.operation_id = lead.operation_id and l.pair_key = decode(k.value, 'hex'));
  delete from ledger_person where person_id = p_stays and ledger_id::text in (select jsonb_array_elements_text(p_moved->'ledger'));
  update person set merged_into = null where id = p_goes;
  perform refresh_person(p_stays), refresh_person(p_goes);
end $$;
revoke execute on function own_persons, refresh_person, merge_person, part_person from public;
grant execute on function merge_person, part_person to concord_app;
