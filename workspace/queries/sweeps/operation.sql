-- The media of an operation that were looked at again, and how many are still to be.
select count(*)::int as swept, (select count(*) from medium_to_sweep w where w.operation_id = :operation)::int as waits,
  (count(*) filter (where not s.is_whole))::int as partly, coalesce(sum(s.faces), 0)::int as faces, coalesce(sum(s.bettered), 0)::int as bettered
from media_sweep s where s.operation_id = :operation
