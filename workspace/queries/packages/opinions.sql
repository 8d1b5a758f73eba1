-- The settled opinions of a lead that nobody took back, in the order of signing, with the role of each examiner.
select s.opinion, s.reason, s.signed_at, s.suitability, s.features, s.country, s.played_by, a.name as agency, m.role
from assessment s join agency a on a.id = s.agency_id
left join membership m on m.operation_id = s.operation_id and m.user_id = s.examiner_id
where s.lead_id = :lead and s.settled_at is not null and s.undone_at is null order by s.signed_at, s.id
