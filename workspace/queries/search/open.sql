-- The viewer's own searches whose lists can still be looked at, the newest first. of: how many there are.
select s.id, d.entry_number, d.person_number, s.purpose, s.case_reference, s.searched, s.found, s.searched_at, count(*) over () as of
from face_search s left join described_face d on d.id = s.probe_face_id
where s.operation_id = :operation and s.user_id = my_id() and s.searched_at > now() - cast(:valid as interval)
order by s.searched_at desc, s.id limit :most
