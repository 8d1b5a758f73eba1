-- Take more jobs of a kind and operation that nobody has tried yet, under a lease.
with due as materialized (
  select j.id, row_number() over (order by j.priority, j.created_at) as place from (
    select id, priority, created_at from job
    where kind = :kind and operation_id = :operation and state = 'waiting' and attempt = 0 and lease_until is null
    order by priority, created_at limit :count for update skip locked) j),
  taken as (
    update job set state = 'running', attempt = 1, lease_until = clock_timestamp() + make_interval(secs => :lease)
    from due where job.id = due.id
    returning job.id, job.kind, job.subject_id, job.operation_id, job.attempt, job.lease_until, due.place)
select id, kind, subject_id, operation_id, attempt, lease_until from taken order by place
