-- Known contents by their first meaning, and of them those that were not read because a list says so; of one exhibit if :exhibit names it.
with named as (
  select k.media_item_id, min(array_position(cast(:meanings as text[]), k.meaning)) as place from known_media k
  where k.operation_id = :operation and (cast(:exhibit as uuid) is null
    or k.media_item_id in (select f.media_item_id from received_file f where f.exhibit_id = :exhibit))
  group by 1)
select (cast(:meanings as text[]))[n.place] as meaning, count(*)::int as files, count(*) filter (where m.unseen = '{known}')::int as unread,
  coalesce(sum(m.size_bytes) filter (where m.unseen = '{known}'), 0)::bigint as unread_bytes
from named n join media_item m on m.id = n.media_item_id group by n.place order by n.place
