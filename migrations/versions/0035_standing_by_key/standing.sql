drop function child_standing;
create function child_standing(p_operation int, p_stages text[])
  returns table (lead_id uuid, outcome_id uuid, stage text, from_lead uuid, is_at_rest boolean, person_id uuid, register_entry_id uuid)
  language sql stable security definer set search_path = public
-- What was stated of a depicted child, of these stages and not revoked, by each lead on which it stands: the lead of the referral, and
-- every lead of a person or an entry of a register that the statements tie to that child. A rejected pair shows two people.
-- is_at_rest: nobody has marked the lead as urgent since. person_id, register_entry_id: what ties it to the lead; both null on the lead
-- of the referral itself. It answers for hidden leads and ties too: people read `visible_standing`.
as $$
  with root as (select r.id, r.root from ledger_root(p_operation) r join ledger_entry e on e.id = r.root
                where e.kind = 'victim' and e.is_depicted),
  stated as (select o.id, o.lead_id, o.stage, o.recorded_at, r.root from outcome o join root r on r.id = o.ledger_id
             where o.operation_id = p_operation and o.revoked_at is null and o.lead_id is not null),
  shown as (select distinct s.root, s.lead_id, v.person_id from stated s join lead_evidence v on v.lead_id = s.lead_id
            join ledger_person p on p.person_id = v.person_id join root r on r.id = p.ledger_id and r.root = s.root),
  on_lead as (
    select h.root, v.lead_id, h.person_id, null::uuid as register_entry_id from shown h join lead_evidence v on v.person_id = h.person_id
    union
    select h.root, v.lead_id, null, e.register_entry_id
      from shown h join lead_evidence e on e.lead_id = h.lead_id and e.register_entry_id is not null
      join lead_evidence v on v.register_entry_id = e.register_entry_id
    union
    select s.root, s.lead_id, null, null from stated s)
  select l.id, s.id, s.stage, s.lead_id, s.recorded_at > coalesce((select max(e.at) from event e
    where e.lead_id = l.id and e.kind = 'lead:marked_urgent'), '-infinity'), t.person_id, t.register_entry_id
  from on_lead t join stated s on s.root = t.root join lead l on l.id = t.lead_id
  where s.stage = any (p_stages) and l.stage <> 'rejected' $$;

create function visible_standing(p_operation int, p_stages text[])
  returns table (lead_id uuid, outcome_id uuid, stage text, from_lead uuid, is_at_rest boolean)
  language sql stable set search_path = public
-- The same as far as the viewer may know it: the side that ties the statement to the lead is one that the viewer's keys open. What was
-- stated of somebody on a closed side is told to nobody else.
as $$
  select distinct s.lead_id, s.outcome_id, s.stage, s.from_lead, s.is_at_rest from child_standing(p_operation, p_stages) s
  where s.person_id is null and s.register_entry_id is null
     or exists (select 1 from lead_evidence v where v.lead_id = s.lead_id
                and (v.person_id = s.person_id or v.register_entry_id = s.register_entry_id)) $$;

revoke execute on function child_standing, visible_standing from public;
grant execute on function child_standing, visible_standing to concord_app, concord_worker;
