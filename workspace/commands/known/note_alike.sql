-- Media that look like pictures of lists; what a digest says of one already stands.
insert into known_media (operation_id, media_item_id, list_no, meaning, category, algorithm, distance)
select :operation, a.media, a.list_no, known_meaning(l.number, a.category, a.meaning), a.category, :pdq, a.distance
from unnest(cast(:media as uuid[]), cast(:lists as int[]), cast(:meanings as text[]), cast(:categories as int[]), cast(:distances as int[]))
  as a(media, list_no, meaning, category, distance)
join known_list l on l.number = a.list_no and l.removed_at is null
on conflict do nothing
