-- The signed heads of a record, newest first, with who may keep them and who does: country leads, operation leads and observers.
with keepers as (
  select m.user_id from active_membership m
  where m.operation_id = :operation and m.role in ('country_lead', 'operation_lead', 'observer')),
taken as (
  select distinct (e.payload->>'upto')::bigint as seq, e.actor_id from event e
  where e.operation_id = :operation and e.kind = 'head:taken')
select h.seq, encode(h.hash, 'hex') as hash, h.signed_at, h.verifier,
  (select min(d.number) from edition d where d.operation_id = h.operation_id and d.seq = h.seq) as edition,
  (select count(*) from keepers) as given,
  (select count(*) from taken t join keepers k on k.user_id = t.actor_id where t.seq = h.seq) as kept,
  exists (select 1 from taken t where t.seq = h.seq and t.actor_id = my_id()) as mine
from signed_head h where h.operation_id = :operation
order by h.seq desc
