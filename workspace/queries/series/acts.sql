-- What was said of the likely country of series and was not taken back, in its order.
select a.id, a.series_id, a.what, a.country, a.grounds, a.said_at, u.name as said_by, u.agency_id = my_agency() as is_ours
from series_act a join app_user u on u.id = a.said_by
where a.operation_id = :operation and a.undone_at is null order by a.ordinal
