-- How many media were read within the last :window seconds, and between the first and the last of them how many seconds passed.
select count(*)::int as items, coalesce(extract(epoch from max(read_at) - min(read_at)), 0) as seconds
from media_item where operation_id = :operation and read_at > now() - make_interval(secs => :window)
