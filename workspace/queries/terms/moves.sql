-- How the end of the window was moved, the newest first.
select w.id, w.before, w.after, w.reason, u.name as by, w.moved_at as at
from window_change w join app_user u on u.id = w.moved_by
where w.operation_id = :operation order by w.moved_at desc, w.id
