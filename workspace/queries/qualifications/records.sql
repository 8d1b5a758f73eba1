-- The records that nobody has ended, the one that is valid longest first.
select q.id, q.user_id, q.competence, q.title, q.issuer, q.valid_from, q.valid_until, r.name as recorded_by, q.recorded_at,
  o.time_zone, now() as now
from qualification q join operation o on o.id = q.operation_id join app_user r on r.id = q.recorded_by
where q.operation_id = :operation and q.ended_at is null order by q.valid_until desc, q.recorded_at, q.id
