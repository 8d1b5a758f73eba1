-- The records whose last head is of an earlier day, and that have recorded anything since but heads: of operations by their own days, that
-- of the installation (0) by days in UTC. Each with an operation that its job belongs to.
select c.operation_id as chain, coalesce(o.id, (select min(id) from operation)) as operation
from chain c left join operation o on o.id = c.operation_id
cross join lateral (select coalesce(o.time_zone, 'UTC') as zone) here
left join lateral (select seq, signed_at from signed_head where operation_id = c.operation_id order by seq desc limit 1) h on true
join lateral (select at from event where operation_id = c.operation_id and seq = 1) first on true
where (o.id is not null or c.operation_id = 0 and exists (select 1 from operation))
  and (coalesce(h.signed_at, first.at) at time zone here.zone)::date < (now() at time zone here.zone)::date
  and exists (select 1 from event e where e.operation_id = c.operation_id and e.seq > coalesce(h.seq, 0)
              and e.kind not in ('head:signed', 'head:taken'))
order by 1
