-- The photos of an operation that were read, with a hash that can be compared, and the newest number of its record; without any, that alone.
select h.seq as head, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as first_open, m.id, m.pdq, m.pdq_inner[1] as inner
from (select coalesce(max(seq), 0) as seq from event where operation_id = :operation) h
left join media_item m on m.operation_id = :operation and m.state = 'read' and m.kind = 'photo' and m.register_entry_id is null
  and m.pdq_quality >= :quality
