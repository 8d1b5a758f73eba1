-- One medium per other agency that has the same camera: the pair of agencies is the lead.
select distinct on (m.agency_id) m.*
from medium_with_owner m
join medium_with_owner own on own.id = :media and own.operation_id = m.operation_id
  and own.camera_key = m.camera_key
where m.register_entry_id is null and m.id <> own.id and m.agency_id <> own.agency_id
order by m.agency_id, m.id
