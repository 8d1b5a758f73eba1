-- What each version of the terms changed, the newest first.
select c.version, c.what, c.setting, c.after = 1 as after, a.name as agency, a.country, c.jurisdictions,
  coalesce(u.name, '') as by, c.in_force_at as at, c.proposal_id is not null as was_proposed
from terms_change c left join agency a on a.id = c.agency_id left join app_user u on u.id = c.made_by
where c.operation_id = :operation order by c.version desc
