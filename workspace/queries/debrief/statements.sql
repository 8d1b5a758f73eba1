-- Outcomes that were stated on leads, with the events that stated them and took them back.
with act as (
  select (payload->>'outcome')::uuid as outcome_id, min(seq) filter (where kind = 'outcome:stated') as seq,
    min(seq) filter (where kind = 'outcome:revoked') as revoked_seq
  from event where operation_id = :operation and kind in ('outcome:stated', 'outcome:revoked') group by 1)
select o.ledger_id, o.lead_id, e.kind, e.is_depicted, o.stage, act.seq, act.revoked_seq
from outcome o join ledger_entry e on e.id = o.ledger_id join act on act.outcome_id = o.id
where o.operation_id = :operation and o.lead_id is not null;
