-- Whom comments call: once for each role and country, and everybody who is called by name.
select distinct m.comment_id, coalesce(m.called, u.name) as name, m.called is not null as is_group
from mention m join app_user u on u.id = m.user_id
where m.comment_id = any (:comments) order by 1, 3 desc, 2
