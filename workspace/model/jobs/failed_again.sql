-- Jobs that failed for good a while ago wait again, while their operation is worked on; some kinds also afterwards.
update job set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null
where id in (
  select j.id from job j join operation o on o.id = j.operation_id
    and (o.state not in ('closed', 'follow_up') or j.kind = any (cast(:after_closing as text[])))
  where j.state = 'failed' and j.kind = any (cast(:kinds as text[])) and j.done_at < clock_timestamp() - make_interval(secs => :after)
  order by j.subject_id limit 1000 for update of j skip locked)
returning id
