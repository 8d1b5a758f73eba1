-- A search that the viewer made, and whether its list can still be looked at: for its hour, and as long as the picture is kept that was brought.
select s.id, s.operation_id, coalesce(s.probe_face_id, s.brought_face_id) as probe_face_id, s.brought_face_id is not null as is_brought, s.sets, s.purpose, s.legal_basis, s.case_reference,
  s.threshold, s.searched_at, s.searched_at > now() - cast(:valid as interval) and (s.brought_face_id is null or p.keeps_until > now()) as is_valid
from face_search s left join probe_face f on f.id = s.brought_face_id left join probe p on p.id = f.probe_id
where s.id = :id and s.user_id = my_id()
