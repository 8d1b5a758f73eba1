-- What lists say of a medium.
select k.meaning, l.name as list, l.source, k.category, k.distance::int as distance
from known_media k join known_list l on l.number = k.list_no
where k.media_item_id = :media order by array_position(cast(:meanings as text[]), k.meaning), l.name, l.number
