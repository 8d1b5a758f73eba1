-- Of these media those that a list of their own agency calls of no interest.
select k.media_item_id from known_media k join known_list l on l.number = k.list_no
join media_item m on m.id = k.media_item_id
join compartment mine on mine.id = m.compartment_id join compartment own on own.id = l.compartment_id
where k.media_item_id = any (:media) and k.meaning = 'irrelevant' and l.removed_at is null and own.agency_id = mine.agency_id
