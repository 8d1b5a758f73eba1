-- What each list says of the files of an exhibit.
select k.meaning, l.name as list, l.source, count(*)::int as files, count(*) filter (where m.unseen = '{known}')::int as unread
from received_file f join media_item m on m.id = f.media_item_id join known_media k on k.media_item_id = m.id
join known_list l on l.number = k.list_no
where f.exhibit_id = :exhibit group by k.meaning, l.number, l.name, l.source
order by array_position(cast(:meanings as text[]), k.meaning), l.name, l.number
