-- The searches of an operation that the viewer may read, newest first: all for observers and who leads it, one's own otherwise.
select s.id, s.searched_at, u.name as searched_by, u.country, s.played_by, s.purpose, s.legal_basis,
  s.case_reference, s.sets, s.searched, s.found
from face_search s join user_with_country u on u.id = s.user_id
where s.operation_id = :operation and (cast(:before as timestamptz) is null or s.searched_at < :before)
order by s.searched_at desc, s.id limit :page
