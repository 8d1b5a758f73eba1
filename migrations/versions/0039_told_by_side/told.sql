create table lead_told (                      -- when what stands on a lead through one side may last have changed
  lead_id uuid not null references lead,
  compartment_id int not null references compartment,
  operation_id int not null references operation,
  seq bigint not null,                        -- the number of the event; written under the lock of the chain's head
  primary key (lead_id, compartment_id)
);
create index ix_lead_told_operation on lead_told (operation_id, seq);
alter table lead_told enable row level security;
create policy worker_all on lead_told to concord_worker using (true) with check (true);
create policy keys on lead_told for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
grant select on lead_told to concord_app;
grant select, insert, update on lead_told to concord_worker;

create or replace function tell_leads_of(p_operation int, p_ledger uuid, p_persons uuid[]) returns int
  language plpgsql security definer set search_path = public
-- Numbers, like the event that follows in the same write, what boards are to take anew: the leads of the referrals about an entry of the
-- ledger, and each side of a lead that shows a person or an entry of a register that these tie to it, or one of these persons. Whoever
-- does not see that side sees no change. Answers how many.
as $$
declare v_leads uuid[]; v_sides uuid[]; v_seq bigint;
begin
  with root as (select r.id, r.root from ledger_root(p_operation) r),
  named as (select p_ledger as id union select ledger_id from ledger_person where person_id = any (p_persons)),
  entry as (select r.id from root r where r.root in (select o.root from root o join named using (id))),
  stated as (select distinct o.lead_id from outcome o where o.ledger_id in (select id from entry) and o.lead_id is not null),
  person as (select unnest(p_persons) as id union
             select p.person_id from ledger_person p where p.ledger_id in (select id from entry)
               and exists (select 1 from lead_evidence v where v.person_id = p.person_id and v.lead_id in (select lead_id from stated))),
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
