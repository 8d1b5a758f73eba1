-- Outcomes that were stated on leads, by the first entry of the ledger that their leads tie together, with the events that stated them and took them back; an event names one outcome of its statement.
with act as (
  select n.statement_id, min(v.seq) filter (where v.kind = 'outcome:stated') as seq,
    min(v.seq) filter (where v.kind = 'outcome:revoked') as revoked_seq,
    min(v.at) filter (where v.kind = 'outcome:stated') as stated_at, min(v.at) filter (where v.kind = 'outcome:revoked') as revoked_at,
    min(v.played_by) filter (where v.kind = 'outcome:revoked') as revoked_by
  from event v join outcome n on n.id = (v.payload->>'outcome')::uuid
  where v.operation_id = :operation and v.kind in ('outcome:stated', 'outcome:revoked') group by 1)
select f.root as ledger_id, o.lead_id, e.kind, e.is_depicted, o.stage, act.seq, act.revoked_seq, act.stated_at, act.revoked_at, act.revoked_by
from outcome o join ledger_entry e on e.id = o.ledger_id join fold_ledger(:operation, false) f on f.id = e.id join act using (statement_id)
where o.operation_id = :operation and o.lead_id is not null;
