-- The viewer's own searches whose lists can still be looked at, the newest first. of: how many there are.
select s.id, d.entry_number, d.person_number, s.brought_face_id is not null as is_brought, s.purpose, s.case_reference, s.searched, s.found,
  s.searched_at, least(s.searched_at + cast(:valid as interval), p.keeps_until) as until, count(*) over () as of
from face_search s left join described_face d on d.id = s.probe_face_id
left join probe_face f on f.id = s.brought_face_id left join probe p on p.id = f.probe_id
where s.operation_id = :operation and s.user_id = my_id() and s.searched_at > now() - cast(:valid as interval)
  and (s.brought_face_id is null or p.keeps_until > now())
order by s.searched_at desc, s.id limit :most
