-- The settled opinions of a lead that nobody took back, in the order of signing, with the role of each examiner.
-- doubted_at, doubt: since when the opinion is flagged and why, the graver reason first.
select s.opinion, s.reason, s.signed_at, s.suitability, s.features, s.country, s.played_by, a.name as agency, m.role,
  d.at as doubted_at,
  case d.kind when 'assessment:doubted' then 'compromised' when 'assessment:unvouched' then 'unvouched' end as doubt
from assessment s join agency a on a.id = s.agency_id
left join membership m on m.operation_id = s.operation_id and m.user_id = s.examiner_id
left join lateral (
  select min(e.at) as at, e.kind from event e
  where e.lead_id = s.lead_id and e.kind in ('assessment:doubted', 'assessment:unvouched') and e.payload ->> 'assessment' = s.id::text
  group by e.kind order by e.kind limit 1) d on true
where s.lead_id = :lead and s.settled_at is not null and s.undone_at is null order by s.signed_at, s.id
