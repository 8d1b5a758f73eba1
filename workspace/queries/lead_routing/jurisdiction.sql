-- Which countries hold jurisdiction over a lead, as people stated it.
select j.id, j.country, j.ground, j.competence, j.basis, j.stated_at, j.stated_by = my_id() as may_withdraw,
  u.id as user_id, u.name, u.country as user_country, j.played_by
from jurisdiction_claim j join user_with_country u on u.id = j.stated_by
where j.lead_id = :lead and j.withdrawn_at is null order by j.stated_at
