-- The media of an operation that were read since the newest known one, with a hash that can be compared.
select m.id, m.compartment_id, c.agency_id, m.sha256, m.pdq, m.read_at
from media_item m join compartment c on c.id = m.compartment_id
where m.operation_id = :operation and m.state = 'read' and m.kind = :kind and m.register_entry_id is null
  and m.pdq_quality >= :quality
  and (cast(:newest as timestamptz) is null or m.read_at > cast(:newest as timestamptz) - cast(:overlap as interval))
