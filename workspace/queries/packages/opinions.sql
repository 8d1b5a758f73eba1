-- The settled opinions of a lead that nobody took back, in the order of signing, with the role of each examiner.
-- doubted_at: since when the opinion is flagged, because others used the account that signed it.
select s.opinion, s.reason, s.signed_at, s.suitability, s.features, s.country, s.played_by, a.name as agency, m.role,
  (select min(e.at) from event e
   where e.lead_id = s.lead_id and e.kind = 'assessment:doubted' and e.payload ->> 'assessment' = s.id::text) as doubted_at
from assessment s join agency a on a.id = s.agency_id
left join membership m on m.operation_id = s.operation_id and m.user_id = s.examiner_id
where s.lead_id = :lead and s.settled_at is not null and s.undone_at is null order by s.signed_at, s.id
