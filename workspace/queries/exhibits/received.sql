-- Files of an exhibit that came and need not come again, after a path, by their paths.
select f.path, f.size_bytes, f.received_at
from received_file f
where f.exhibit_id = :exhibit and f.path > :after and (f.refusal is null or f.refusal <> all (:passing))
order by f.path limit :one_more
