-- A medium that is to be read, and whether its country lets faces be looked for.
select m.id, m.operation_id, m.compartment_id, m.kind, m.media_type, m.size_bytes, m.address, m.state, m.received_at, m.register_entry_id,
  a.country, coalesce(p.face_recognition, false) as faces_allowed
from media_item m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
left join participation p on p.operation_id = m.operation_id and p.country = a.country
where m.id = :media
