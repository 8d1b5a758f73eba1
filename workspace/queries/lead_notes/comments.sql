-- What people said about a lead, the oldest first.
select c.id, c.body, c.language, c.created_at, u.id as user_id, u.name, u.country, c.played_by
from comment c join user_with_country u on u.id = c.author_id
where c.lead_id = :lead order by c.created_at
