-- Jobs that were taken and not begun wait again, if their rows still carry the same lease.
update job set state = 'waiting', attempt = attempt - 1, lease_until = null
from unnest(cast(:jobs as uuid[]), cast(:leases as timestamptz[])) as t(id, lease)
where job.id = t.id and job.lease_until = t.lease and job.state = 'running'
