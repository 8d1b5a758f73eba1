-- What people stated for and against a lead besides the comparison of faces.
select c.id, c.type, c.reference, c.dated_on, c.speaks, c.stated_at, c.stated_by = my_id() as may_withdraw,
  u.id as user_id, u.name, u.country as user_country, c.played_by
from corroboration c join user_with_country u on u.id = c.stated_by
where c.lead_id = :lead and c.withdrawn_at is null order by c.stated_at, c.id
