-- The oldest transaction that has not ended, and the videos of an operation whose frames were written in or after one; without any, that
-- alone.
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as first_open, m.id
from (select 1) once left join media_item m
  on m.operation_id = :operation and m.frames_hashed_in >= :since and m.register_entry_id is null
