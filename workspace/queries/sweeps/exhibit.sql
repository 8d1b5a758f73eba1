-- The different contents of an exhibit that were looked at again, and how many are still to be.
with here as (select distinct r.media_item_id as id from received_file r where r.exhibit_id = :exhibit and r.media_item_id is not null)
select count(s.media_item_id)::int as swept, (select count(*) from medium_to_sweep w join here h on h.id = w.id)::int as waits,
  (count(*) filter (where not s.is_whole))::int as partly, coalesce(sum(s.faces), 0)::int as faces, coalesce(sum(s.bettered), 0)::int as bettered
from here h join media_sweep s on s.media_item_id = h.id
