-- The chains to verify, each with an operation that its job belongs to: all, or those not verified since the night, and those whose
-- tail was in doubt.
select c.operation_id as chain, case c.operation_id when 0 then (select min(id) from operation) else c.operation_id end as operation
from chain c left join record_check k on k.operation_id = c.operation_id
where c.last_seq > 0 and exists (select 1 from operation) and (:everything or k.checked_at is null or c.doubted_seq >= k.through or k.asked_at is not null
  or k.checked_at < date_trunc('day', now() - :hour * interval '1 hour') + :hour * interval '1 hour')
  and not exists (select 1 from job j where j.kind = 'verify_record' and j.state in ('waiting', 'running')
    and j.subject_id = right(repeat('0', 32) || to_hex(c.operation_id), 32)::uuid)
order by 1
