-- What the owner changed, newest first.
select x.what, x.before, x.after, x.ground, x.reason, u.name as by, x.decided_at as at
from exhibit_change x join app_user u on u.id = x.decided_by
where x.exhibit_id = :exhibit
order by x.decided_at desc, x.id
