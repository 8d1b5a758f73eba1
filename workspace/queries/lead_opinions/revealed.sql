-- The opinions on a decided lead, in the order in which they were signed. country: the examiner's at that time. doubted_at, doubt: since
-- when the opinion is flagged and why, the graver reason first; the flag is an event with the opinion's own locks.
select s.id, s.opinion, s.suitability, s.features, s.reason, s.signed_at, u.id as user_id, u.name, s.country, s.played_by,
  d.at as doubted_at,
  case d.kind when 'assessment:doubted' then 'compromised' when 'assessment:unvouched' then 'unvouched' end as doubt
from assessment s join app_user u on u.id = s.examiner_id
left join lateral (
  select min(e.at) as at, e.kind from event e
  where e.lead_id = s.lead_id and e.kind in ('assessment:doubted', 'assessment:unvouched') and e.payload ->> 'assessment' = s.id::text
  group by e.kind order by e.kind limit 1) d on true
where s.lead_id = :lead and s.is_revealed and s.undone_at is null order by s.signed_at
