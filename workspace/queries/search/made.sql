-- A search that the viewer made, and whether its list can still be looked at.
select id, operation_id, probe_face_id, sets, purpose, legal_basis, case_reference, threshold, searched_at,
       searched_at > now() - cast(:valid as interval) as is_valid
from face_search where id = :id and user_id = my_id()
