-- One member per role and agency.
select distinct on (m.role, u.agency_id) u.id as user_id, u.name, m.role
from membership m join app_user u on u.id = m.user_id
where m.operation_id = :operation order by m.role, u.agency_id, u.id
