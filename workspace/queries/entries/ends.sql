-- How an entry ended, the newest statement first.
select n.what, n.found_on, n.reference, n.reason, u.name as by, n.ended_at as at
from entry_end n join app_user u on u.id = n.ended_by where n.entry_id = :entry order by n.ended_at desc
