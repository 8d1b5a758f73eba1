-- The persons in these media.
select distinct f.person_id from face f where f.media_item_id = any (cast(:media as uuid[])) and f.person_id is not null
