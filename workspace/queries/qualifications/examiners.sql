-- Whoever can give an opinion by their role, and whether the viewer keeps their qualifications.
select m.user_id, u.name, u.country, m.role, keeps_qualifications(m.operation_id, m.user_id) as may_keep
from active_membership m join user_with_country u on u.id = m.user_id
where m.operation_id = :operation and m.role in ('country_lead', 'specialist', 'analyst') order by u.country, u.name
