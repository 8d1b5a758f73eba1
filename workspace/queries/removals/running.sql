-- The suspensions that run, the oldest first: those of an operation, or, without :operation, the viewer's own.
select s.operation_id, s.user_id, u.name, b.name as suspended_by, s.reason, s.until
from suspension s join app_user u on u.id = s.user_id left join app_user b on b.id = s.suspended_by
where s.ended_at is null and s.until > now()
  and case when cast(:operation as int) is null then s.user_id = my_id() else s.operation_id = :operation end
order by s.suspended_at, s.id
