-- The numbers that lists of hashes give a medium, as they stand there.
select k.category as number, l.name as list, l.source from known_media k join known_list l on l.number = k.list_no
where k.media_item_id = :medium and k.category is not null order by l.name, l.number
