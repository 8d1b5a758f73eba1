create function child_standing(p_operation int, p_stages text[])
  returns table (lead_id uuid, outcome_id uuid, stage text, from_lead uuid, is_at_rest boolean)
  language sql stable security definer set search_path = public
-- What was stated of a depicted child, of these stages and not revoked, by each lead on which it stands: the lead of the referral, and
-- every lead of a person or an entry of a register that the statements tie to that child. A rejected pair shows two people.
-- is_at_rest: nobody has marked the lead as urgent since. It answers for hidden leads too: whoever reads it joins what he may see.
as $$
  with root as (select r.id, r.root from ledger_root(p_operation) r join ledger_entry e on e.id = r.root
                where e.kind = 'victim' and e.is_depicted),
  stated as (select o.id, o.lead_id, o.stage, o.recorded_at, r.root from outcome o join root r on r.id = o.ledger_id
             where o.operation_id = p_operation and o.revoked_at is null and o.lead_id is not null),
  shown as (select distinct s.root, s.lead_id, v.person_id from stated s join lead_evidence v on v.lead_id = s.lead_id
            join ledger_person p on p.person_id = v.person_id join root r on r.id = p.ledger_id and r.root = s.root),
  on_lead as (
    select h.root, v.lead_id from shown h join lead_evidence v on v.person_id = h.person_id
    union
    select h.root, v.lead_id from shown h join lead_evidence e on e.lead_id = h.lead_id and e.register_entry_id is not null
      join lead_evidence v on v.register_entry_id = e.register_entry_id
    union
    select s.root, s.lead_id from stated s)
  select l.id, s.id, s.stage, s.lead_id, s.recorded_at > coalesce((select max(e.at) from event e
    where e.lead_id = l.id and e.kind = 'lead:marked_urgent'), '-infinity')
  from on_lead t join stated s on s.root = t.root join lead l on l.id = t.lead_id
  where s.stage = any (p_stages) and l.stage <> 'rejected' $$;

create function tell_leads_of(p_operation int, p_ledger uuid, p_persons uuid[]) returns int
  language plpgsql security definer set search_path = public
-- Numbers every lead on which something may stand of an entry of the ledger, or of these persons, like the event that follows in the
-- same write, so that boards take them anew; answers how many. What stands there is derived; nothing else of a lead changes.
as $$
declare v_leads uuid[]; v_seq bigint;
begin
  with root as (select r.id, r.root from ledger_root(p_operation) r),
  named as (select p_ledger as id union select ledger_id from ledger_person where person_id = any (p_persons)),
  entry as (select r.id from root r where r.root in (select o.root from root o join named using (id))),
  person as (select unnest(p_persons) as id union select person_id from ledger_person where ledger_id in (select id from entry)),
  first as (select o.lead_id from outcome o where o.ledger_id in (select id from entry) and o.lead_id is not null
            union select v.lead_id from lead_evidence v where v.person_id in (select id from person)),
  other as (select v.lead_id from lead_evidence v where v.person_id in (
              select person_id from lead_evidence where lead_id in (select lead_id from first) and person_id is not null)
            union select v.lead_id from lead_evidence v where v.register_entry_id in (
              select register_entry_id from lead_evidence where lead_id in (select lead_id from first) and register_entry_id is not null))
  select array_agg(lead_id) into v_leads from (select lead_id from first union select lead_id from other) told;
  -- Rows of leads before the head of the chain, as append_events asks it.
  perform 1 from lead where operation_id = p_operation and id = any (v_leads) order by id for no key update;
  select last_seq + 1 into strict v_seq from chain where operation_id = p_operation for update;
  update lead set changed_seq = v_seq where operation_id = p_operation and id = any (v_leads);
  return coalesce(cardinality(v_leads), 0);
end $$;

revoke execute on function child_standing, tell_leads_of from public;
grant execute on function child_standing, tell_leads_of to concord_app, concord_worker;
