-- What was said came of a clue and was not taken back, in its order.
select a.id, a.what, a.result, a.country, a.grounds, a.said_at, u.id as user_id, u.name, u.country as user_country,
  played_by(a.operation_id, u.id) as played_by, u.agency_id = my_agency() as is_ours
from clue_act a join user_with_country u on u.id = a.said_by where a.lead_id = :lead and a.undone_at is null order by a.ordinal
