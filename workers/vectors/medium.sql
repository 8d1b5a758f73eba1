-- A medium whose country lets faces be compared.
select m.id, m.operation_id, m.address, m.register_entry_id, a.country from media_item m
join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
join participation p on p.operation_id = m.operation_id and p.country = a.country and p.face_recognition
where m.id = :media
