-- The same, of those that were read after a number of the record.
select h.seq as head, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as first_open, m.id, m.pdq, m.pdq_inner[1] as inner
from (select coalesce(max(seq), 0) as seq from event where operation_id = :operation) h
left join (event e join media_item m on m.id = (e.payload ->> 'media')::uuid)
  on e.operation_id = :operation and e.kind = 'media:read' and e.seq > :after
  and m.state = 'read' and m.kind = 'photo' and m.register_entry_id is null and m.pdq_quality >= :quality
