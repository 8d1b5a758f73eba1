-- The last check of an exhibit's originals that is done, or the newest where there is none; with the paths of what was not right.
-- has_failed: a newer one could not be done.
select k.asked_at, k.checked_at, k.files, cardinality(k.wrong) as wrong, cardinality(k.missing) as missing,
  exists (select 1 from original_check o where o.exhibit_id = k.exhibit_id and o.checked_at is null and o.failed_at is null) as is_under_way,
  (select o.failed_at is not null from original_check o where o.exhibit_id = k.exhibit_id order by o.asked_at desc limit 1) as has_failed,
  array(
    select r.path from received_file r where r.exhibit_id = k.exhibit_id and r.media_item_id = any (k.wrong || k.missing)
    union all select c.name from exhibit_case c where c.exhibit_id = k.exhibit_id and c.id = any (k.wrong || k.missing)
    order by path limit :one_more
  ) as paths
from original_check k where k.exhibit_id = :exhibit
order by k.checked_at is null, k.checked_at desc, k.asked_at desc limit 1
