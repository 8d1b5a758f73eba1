-- The opinions on a decided lead, in the order in which they were signed. country: the examiner's at that time. doubted_at: since when the
-- opinion is flagged; the flag is an event with the opinion's own locks.
select s.id, s.opinion, s.suitability, s.features, s.reason, s.signed_at, u.id as user_id, u.name, s.country, s.played_by,
  (select min(e.at) from event e
   where e.lead_id = s.lead_id and e.kind = 'assessment:doubted' and e.payload ->> 'assessment' = s.id::text) as doubted_at
from assessment s join app_user u on u.id = s.examiner_id
where s.lead_id = :lead and s.is_revealed and s.undone_at is null order by s.signed_at
