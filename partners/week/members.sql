-- The members of the exercise, and whether a partner plays the seat now.
select u.id, u.name, m.role, a.country, a.id as agency_id, a.kind, coalesce(s.played_by = 'partner', false) as is_partner
from membership m join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
left join exercise_seat s on s.operation_id = m.operation_id and s.user_id = m.user_id
where m.operation_id = :operation and u.disabled_at is null and (m.ends_at is null or m.ends_at > now()) order by u.id
