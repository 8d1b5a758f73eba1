-- Where one tile begins and ends in the object of all. number: from 1, as arrays count.
select t.starts[:number] as start, t.starts[:number + 1] as stop from picture_tiles t where t.media_item_id = :media
