-- Take the most urgent due job of these kinds. Kinds are looked through in their order, and only as far as needed: a lateral join has
-- no plan but the nested loop, which keeps the order of unnest, and each turn reads one row of the index on (kind, priority, created_at).
update job set state = 'running', attempt = attempt + 1, lease_until = clock_timestamp() + make_interval(secs => :lease)
where id = (
  select due.id from unnest(cast(:kinds as text[])) as k(kind) cross join lateral (
    select j.id from job j
    where j.kind = k.kind and j.state in ('waiting', 'running') and j.attempt < :most
      and (j.lease_until is null or j.lease_until <= clock_timestamp())
    order by j.priority, j.created_at limit 1 for update skip locked) due
  limit 1)
returning id, kind, subject_id, operation_id, attempt, lease_until
