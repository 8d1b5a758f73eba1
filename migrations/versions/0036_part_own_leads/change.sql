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
  delete from ledger_person where person_id = p_stays and ledger_id::text in (select jsonb_array_elements_text(p_moved->'ledger'));
  update person set merged_into = null where id = p_goes;
  perform refresh_person(p_stays), refresh_person(p_goes);
end $$;
