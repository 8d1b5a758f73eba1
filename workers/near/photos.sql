-- The photos of an operation that were read, with a hash that can be compared.
select m.id, m.pdq, m.pdq_inner[1] as inner from media_item m
where m.operation_id = :operation and m.state = 'read' and m.kind = 'photo' and m.register_entry_id is null
  and m.pdq_quality >= :quality
