-- A job for each subject, in one order; one that was done, failed or is being done waits again.
insert into job (kind, subject_id, operation_id, asked_by, priority)
select :kind, wish.id, :operation, :by, :priority + (cast(:place as bigint) + (wish.place - 1) * :units) / :turn
from unnest(cast(:subjects as uuid[])) with ordinality as wish(id, place)
order by wish.place on conflict (kind, subject_id) do update
set state = 'waiting', attempt = 0, lease_until = null, failure = null, done_at = null where job.state <> 'waiting'
