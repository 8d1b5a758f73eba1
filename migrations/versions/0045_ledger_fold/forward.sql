-- Rows that are there. Age and sex of an entry came with its first statement that holds, as far as can be told.
update outcome o set age_band = e.age_band, sex = e.sex
from ledger_entry e, (select distinct on (ledger_id) id from outcome order by ledger_id, revoked_at is not null, recorded_at) f
where o.id = f.id and e.id = o.ledger_id;
update ledger_entry e set was_depicted = e.is_depicted
  and not exists (select 1 from event v where v.kind = 'ledger:depicted' and (v.payload->>'ledger')::uuid = e.id)
  and (exists (select 1 from ledger_person p where p.ledger_id = e.id)
       or not exists (select 1 from ledger_entry m where m.merged_into = e.id and m.is_depicted));
-- The child whom a lead shows: the entry that is tied to its persons; where none is, the first depicted one of the lead.
update ledger_entry e set of_lead = f.lead_id
from (select distinct on (o.lead_id) o.lead_id, o.ledger_id
      from outcome o join ledger_person p on p.ledger_id = o.ledger_id join lead_evidence v on v.lead_id = o.lead_id and v.person_id = p.person_id
      where not exists (select 1 from outcome b where b.ledger_id = o.ledger_id and b.lead_id <> o.lead_id and b.recorded_at < o.recorded_at)
      order by o.lead_id, o.recorded_at) f
where f.ledger_id = e.id and e.kind = 'victim';
update ledger_entry e set of_lead = f.lead_id
from (select distinct on (o.lead_id, x.kind) o.lead_id, x.kind, o.ledger_id
      from outcome o join ledger_entry x on x.id = o.ledger_id
      where o.lead_id is not null and x.was_depicted
        and not exists (select 1 from ledger_entry y where y.of_lead = o.lead_id and y.kind = x.kind)
      order by o.lead_id, x.kind, x.number) f
where f.ledger_id = e.id and e.of_lead is null;
-- A statement on another lead that shows the same child is about the child of that lead.
insert into ledger_entry (operation_id, number, kind, locks, agency_id, of_lead, created_at)
select n.operation_id, next_number(n.operation_id, n.kind), n.kind, n.locks, n.stated_by_agency_id, n.lead_id, n.recorded_at
from (select distinct on (o.lead_id) o.operation_id, e.kind, o.locks, o.stated_by_agency_id, o.lead_id, o.recorded_at
      from outcome o join ledger_entry e on e.id = o.ledger_id
      where e.kind = 'victim' and e.of_lead <> o.lead_id
        and not exists (select 1 from ledger_entry y where y.of_lead = o.lead_id and y.kind = e.kind)
      order by o.lead_id, o.recorded_at) n;
update outcome o set ledger_id = n.id
from ledger_entry e, ledger_entry n
where e.id = o.ledger_id and e.kind = 'victim' and e.of_lead <> o.lead_id and n.of_lead = o.lead_id and n.kind = e.kind;
insert into ledger_act (operation_id, what, ledger_id, other_id, decided_by, decided_at)
select v.operation_id, case v.kind when 'ledger:merged' then 'same' else 'depicted' end, (v.payload->>'ledger')::uuid,
  (v.payload->>'into')::uuid, v.actor_id, v.at
from event v where v.kind in ('ledger:merged', 'ledger:depicted') order by v.seq;
create unique index uq_ledger_of_lead on ledger_entry (of_lead, kind);  -- whoever may state on a lead learns nothing by it
drop index ix_ledger_entry_of_lead;
