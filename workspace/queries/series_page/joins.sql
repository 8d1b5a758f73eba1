-- What was said of a series and another one, and stands: merged into this one, or split off it, or this one off another.
select j.id, j.what, a.number, b.number as into_number, u.name as by, j.decided_at as at, j.series_id = :series as is_gone
from series_join j join series a on a.id = j.series_id join series b on b.id = j.into_id join app_user u on u.id = j.decided_by
where j.undone_at is null and :series in (j.series_id, j.into_id) order by j.ordinal desc
