-- What was said of the likely country of series and was not taken back, in its order.
select a.id, a.series_id, a.what, a.country, coalesce(g.name, a.region_code) as region, a.grounds, a.said_at, u.name as said_by, u.agency_id = (select my_agency()) as is_ours
from series_act a join app_user u on u.id = a.said_by left join region g on g.code = a.region_code
where a.operation_id = :operation and a.undone_at is null order by a.ordinal
