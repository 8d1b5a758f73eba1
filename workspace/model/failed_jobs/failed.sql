-- What failed for good, by operation and kind, with why the last of it did.
select operation_id, kind, count(*)::int as number, max(done_at) as last_at, (array_agg(failure order by done_at desc))[1] as last
from job where state = 'failed' group by operation_id, kind order by operation_id, kind
