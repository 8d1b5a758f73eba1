-- The cases that came with an exhibit, the newest first: that one counts.
select k.id, k.name, k.scheme, k.records, u.name as brought_by, k.brought_at
from exhibit_case k join app_user u on u.id = k.brought_by where k.exhibit_id = :exhibit order by k.number desc
