-- The removals that were proposed and neither confirmed nor lapsed.
select r.user_id, u.name, p.name as proposed_by, p.country, r.reason, r.proposed_at + :life as lapses_at
from removal r join user_with_country u on u.id = r.user_id join user_with_country p on p.id = r.proposed_by
where r.operation_id = :operation and r.confirmed_at is null and r.proposed_at > now() - :life
order by r.proposed_at, r.id
