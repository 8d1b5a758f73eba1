-- What was said came of a clue and was not taken back, in its order.
select a.id, a.what, a.result, a.country, coalesce(g.name, a.region_code) as region, a.grounds, a.said_at, u.id as user_id, u.name, u.country as user_country,
  played_by(a.operation_id, u.id) as played_by, u.agency_id = (select my_agency()) as is_ours
from clue_act a join user_with_country u on u.id = a.said_by left join region g on g.code = a.region_code where a.lead_id = :lead and a.undone_at is null order by a.ordinal
