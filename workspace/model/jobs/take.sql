-- Take the most urgent due job of these kinds. Kinds are looked through in their order, and only as far as needed: a lateral join has
-- no plan but the nested loop, which keeps the order of unnest, and each turn reads one row of the index on (kind, priority, created_at).
-- has_alike: others wait that are done together with it (take_alike).
-- A long one waits while one of its agency's is done, or as many as may be done at once. One exhibit is closed at a time, and while parts of
-- it have moved and parts have not, nothing else is done for its operation.
with under_way as materialized (
  select u.agency_id from job r join app_user u on u.id = r.asked_by
  where r.kind = any (:long) and r.state = 'running' and r.lease_until > clock_timestamp())
update job set state = 'running', attempt = attempt + 1, lease_until = clock_timestamp() + make_interval(secs => :lease)
where id = (
  select due.id from unnest(cast(:kinds as text[])) as k(kind) cross join lateral (
    select j.id from job j
    where j.kind = k.kind and j.state in ('waiting', 'running') and j.attempt < :most
      and (j.lease_until is null or j.lease_until <= clock_timestamp())
      and case when k.kind = 'close_exhibit'
          then not exists (select 1 from job r where r.kind = 'close_exhibit' and r.state = 'running' and r.lease_until > clock_timestamp())
          else j.operation_id <> all (array(select c.operation_id from closing c)) end
      and (k.kind <> all (:long) or (select count(*) from under_way) < :most_long
           and not exists (select 1 from under_way r join app_user u on u.agency_id = r.agency_id where u.id = j.asked_by))
    order by j.priority, j.created_at limit 1 for update of j skip locked) due
  limit 1)
returning id, kind, subject_id, operation_id, attempt, lease_until, kind = any (:together) and exists (
  select 1 from job o where o.kind = job.kind and o.operation_id = job.operation_id and o.state = 'waiting' and o.attempt = 0
    and o.lease_until is null and o.id <> job.id) as has_alike
