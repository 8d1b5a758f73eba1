create or replace function merge_person(p_stays uuid, p_goes uuid) returns jsonb language plpgsql security definer set search_path = public as $$
-- Give the faces and the sides of leads of one person to another; answers what was moved. A lead whose pair the other has too keeps its
-- own key: both stay, with their opinions, and name each other. Which children are one follows from the sides.
declare v_faces jsonb; v_sides jsonb; v_keys jsonb;
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
  update person set merged_into = p_stays where id = p_goes;
  perform refresh_person(p_stays), refresh_person(p_goes);
  return jsonb_build_object('faces', v_faces, 'sides', v_sides, 'keys', v_keys);
end $$;

create or replace function part_person(p_stays uuid, p_goes uuid, p_moved jsonb) returns void language plpgsql security definer
  set search_path = public as $$
-- Give back what a merge moved; what came to the person since stays with it.
begin
  if not own_persons(p_stays, p_goes) then raise exception 'not the own persons of one compartment'; end if;
  update face set person_id = p_goes where person_id = p_stays and id::text in (select jsonb_array_elements_text(p_moved->'faces'));
  update lead_evidence set person_id = p_goes
    where person_id = p_stays and id::text in (select jsonb_array_elements_text(p_moved->'sides'));
  update lead set pair_key = decode(k.value, 'hex') from jsonb_each_text(p_moved->'keys') k
    where lead.id::text = k.key and exists (select 1 from lead_evidence v where v.lead_id = lead.id and v.person_id = p_goes)
      and not exists (select 1 from lead l where l.operation_id = lead.operation_id and l.pair_key = decode(k.value, 'hex'));
  update person set merged_into = null where id = p_goes;
  perform refresh_person(p_stays), refresh_person(p_goes);
end $$;
drop table ledger_person;
