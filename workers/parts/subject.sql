-- A photo that was read, with its clean picture and its hashes.
select m.id, m.operation_id, m.compartment_id, m.preview_address, m.pdq, m.pdq_turned, cardinality(m.pdq_inner) > 0 as has_inner
from media_item m
where m.id = :media and m.state = 'read' and m.kind = 'photo' and m.register_entry_id is null and m.preview_address is not null
