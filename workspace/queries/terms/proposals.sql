-- The proposals to change the terms, the newest first.
select r.id, r.what, r.setting, r.after = 1 as after, a.name as agency, a.country, r.jurisdictions, r.reason,
  coalesce(u.name, '') as by, coalesce(u.country, '') as by_country, r.proposed_at as at, r.lapses_at,
  case when r.ended_at is null and r.lapses_at <= now() then 'lapsed' else r.ended_as end as ended_as
from terms_proposal r left join agency a on a.id = r.agency_id left join user_with_country u on u.id = r.proposed_by
where r.operation_id = :operation order by r.proposed_at desc, r.id
