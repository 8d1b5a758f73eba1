-- The media of an operation that were read, with a hash that can be compared.
select m.id, m.compartment_id, c.agency_id, m.sha256, m.pdq
from media_item m join compartment c on c.id = m.compartment_id
where m.operation_id = :operation and m.state = 'read' and m.kind = :kind and m.register_entry_id is null
  and m.pdq_quality >= :quality
