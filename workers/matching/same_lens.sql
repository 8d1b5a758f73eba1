-- One medium per other agency that the same lens took, on another camera or on one that says no number: the same camera is a trace of its own.
select distinct on (m.agency_id) m.*
from medium_with_owner m
join medium_with_owner own on own.id = :media and own.operation_id = m.operation_id
  and own.lens_key = m.lens_key
where m.register_entry_id is null and m.sha256 <> own.sha256 and m.agency_id <> own.agency_id
  and (own.camera_key = m.camera_key) is not true
order by m.agency_id, m.id
