-- The signed heads of the installation's own record, newest first, with how many people may keep them and do.
select h.seq, encode(h.hash, 'hex') as hash, h.signed_at, h.verifier, null as edition, k.given, k.kept,
  exists (select 1 from event e where e.operation_id = 0 and e.kind = 'head:taken' and e.actor_id = my_id()
          and (e.payload->>'upto')::bigint = h.seq) as mine
from signed_head h join installation_heads() k on k.seq = h.seq where h.operation_id = :operation
order by h.seq desc
