-- The opinions on a decided lead, in the order in which they were signed. country: the examiner's at that time.
select s.id, s.opinion, s.suitability, s.features, s.reason, s.signed_at, u.id as user_id, u.name, s.country, s.played_by
from assessment s join app_user u on u.id = s.examiner_id
where s.lead_id = :lead and s.is_revealed and s.undone_at is null order by s.signed_at
