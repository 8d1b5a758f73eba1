-- The members of an operation with what is known of who has met them: newcomers first, then by country and name.
select m.user_id, u.name, u.country, u.agency, u.agency_id, m.role, m.standing, m.invited_by as invited_by_id,
  case when i.is_service then 'Concord' else i.name end as invited_by
from membership m join user_with_country u on u.id = m.user_id join app_user p on p.id = m.user_id
left join app_user i on i.id = m.invited_by
where m.operation_id = :operation and p.disabled_at is null and (m.ends_at is null or m.ends_at > now())
order by m.standing <> 'newcomer', u.country, u.name
