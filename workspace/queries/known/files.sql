-- Every known file of an exhibit with what each list says of it.
select f.path, m.sha256, k.meaning, l.name as list, l.source, k.category, k.distance::int as distance, m.unseen <> '{known}' as was_read
from received_file f join media_item m on m.id = f.media_item_id join known_media k on k.media_item_id = m.id
join known_list l on l.number = k.list_no
where f.exhibit_id = :exhibit order by array_position(cast(:meanings as text[]), k.meaning), f.path, l.name, l.number
