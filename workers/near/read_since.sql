-- The same, of those that were read after a number of the record.
select m.id, m.pdq, m.pdq_inner[1] as inner from event e join media_item m on m.id = (e.payload ->> 'media')::uuid
where e.operation_id = :operation and e.kind = 'media:read' and e.seq > :after
  and m.state = 'read' and m.kind = 'photo' and m.register_entry_id is null and m.pdq_quality >= :quality
