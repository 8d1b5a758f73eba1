create or replace function child_standing(p_operation int, p_stages text[])
  returns table (lead_id uuid, outcome_id uuid, stage text, from_lead uuid, is_at_rest boolean, person_id uuid, register_entry_id uuid)
  language sql stable security definer set search_path = public
-- What was stated of a depicted child, of these stages and not revoked, by each lead on which it stands: the lead of the referral, and
-- every lead of a person or an entry of a register that the statements tie to that child. A rejected pair shows two people.
-- is_at_rest: nobody has marked the lead as urgent since. person_id, register_entry_id: what ties it to the lead; both null on the lead
-- of the referral itself. It answers for hidden leads and ties too: people read `visible_standing`.
as $$
  with stated as (select o.id, o.lead_id, o.stage, o.recorded_at, r.id as root, e.of_lead = o.lead_id as is_shown
                  from outcome o join ledger_entry e on e.id = o.ledger_id join ledger_entry r on r.id = coalesce(e.merged_into, e.id)
                  where o.operation_id = p_operation and o.revoked_at is null and o.lead_id is not null
                    and r.kind = 'victim' and r.is_depicted),
  shown as (select distinct s.root, s.lead_id from stated s where s.is_shown),
  on_lead as (
    select h.root, v.lead_id, v.person_id, null::uuid as register_entry_id
      from shown h join lead_evidence m on m.lead_id = h.lead_id join lead_evidence v on v.person_id = m.person_id
    union
    select h.root, v.lead_id, null, v.register_entry_id
      from shown h join lead_evidence m on m.lead_id = h.lead_id join lead_evidence v on v.register_entry_id = m.register_entry_id
    union
    select s.root, s.lead_id, null, null from stated s)
  select l.id, s.id, s.stage, s.lead_id, s.recorded_at > coalesce((select max(e.at) from event e
    where e.lead_id = l.id and e.kind = 'lead:marked_urgent'), '-infinity'), t.person_id, t.register_entry_id
  from on_lead t join stated s on s.root = t.root join lead l on l.id = t.lead_id
  where s.stage = any (p_stages) and l.stage <> 'rejected' $$;

create or replace function tell_leads_of(p_operation int, p_ledger uuid, p_persons uuid[]) returns int
  language plpgsql security definer set search_path = public
-- Numbers, like the event that follows in the same write, what boards are to take anew: the leads of the referrals about an entry of the
-- ledger, and each side of a lead that shows a person or an entry of a register that these tie to it, or one of these persons. Whoever
-- does not see that side sees no change. Answers how many. Where a change may part entries, it is asked before and after.
as $$
declare v_leads uuid[]; v_sides uuid[]; v_seq bigint;
begin
  with root as (select e.id, coalesce(e.merged_into, e.id) as root from ledger_entry e where e.operation_id = p_operation),
  named as (select p_ledger as id union
            select e.id from ledger_entry e join lead_evidence v on v.lead_id = e.of_lead where v.person_id = any (p_persons)),
  entry as (select r.id from root r where r.root in (select o.root from root o join named using (id))),
  stated as (select distinct o.lead_id from outcome o where o.ledger_id in (select id from entry) and o.lead_id is not null),
  person as (select unnest(p_persons) as id union
             select v.person_id from ledger_entry e join lead_evidence v on v.lead_id = e.of_lead where e.id in (select id from entry)),
  side as (select v.id from lead_evidence v where v.person_id in (select id from person)
           union
           select v.id from lead_evidence v where v.register_entry_id in (
             select e.register_entry_id from lead_evidence e where e.lead_id in (select lead_id from stated)))
  select (select array_agg(lead_id) from stated), (select array_agg(id) from side) into v_leads, v_sides;
  -- Rows of leads before the head of the chain, as append_events asks it.
  perform 1 from lead where operation_id = p_operation and id = any (v_leads) order by id for no key update;
  select last_seq + 1 into strict v_seq from chain where operation_id = p_operation for update;
  update lead set changed_seq = v_seq where operation_id = p_operation and id = any (v_leads);
  insert into lead_told (lead_id, compartment_id, operation_id, seq)
    select distinct v.lead_id, v.compartment_id, v.operation_id, v_seq from lead_evidence v
    where v.operation_id = p_operation and v.id = any (v_sides)
    on conflict (lead_id, compartment_id) do update set seq = excluded.seq;
  return coalesce(cardinality(v_leads), 0) + coalesce(cardinality(v_sides), 0);
end $$;

create or replace function hold_shown(p_operation int, p_persons uuid[]) returns void language plpgsql volatile security definer set search_path = public
-- Holds every lead that shows one of these persons, or on which something is stated of a child whom such a lead shows. Against rows
-- that would refer to it too: the pair of such a lead changes when persons are merged.
as $$
begin
  perform 1 from lead where operation_id = p_operation and id in (
    select v.lead_id from lead_evidence v where v.person_id = any (p_persons)
    union
    select o.lead_id from outcome o join ledger_entry e on e.id = o.ledger_id where coalesce(e.merged_into, e.id) in (
      select coalesce(t.merged_into, t.id) from ledger_entry t join lead_evidence v on v.lead_id = t.of_lead
      where v.person_id = any (p_persons)))
  order by id for update;
end $$;
