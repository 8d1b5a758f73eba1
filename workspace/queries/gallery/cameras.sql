-- The cameras that the files of the viewer's media name, those that took the most first.
with k as materialized (select gallery_keys(:operation, null) as ids)
select concat_ws(' ', m.camera_make, m.camera_model) as camera, count(*) as media
from k join media_item m on m.compartment_id = any (k.ids)
where m.register_entry_id is null and (m.camera_make is not null or m.camera_model is not null)
group by 1 order by 2 desc, 1 limit :one_more
