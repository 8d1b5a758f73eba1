-- The members of an operation with what each would leave behind: for whoever has charge of members, nothing for others.
select m.user_id, m.role, u.country, a.agency_id, b.leads, b.drafts, b.can_sign_in, a.disabled_at is null as is_enabled
from left_behind(:operation) b join membership m on m.user_id = b.user_id and m.operation_id = :operation
join user_with_country u on u.id = m.user_id join app_user a on a.id = m.user_id
order by m.user_id
