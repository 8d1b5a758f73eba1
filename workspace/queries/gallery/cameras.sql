-- The cameras that the files of the viewer's media name, those that took the most first.
with k as materialized (select gallery_keys(:operation, null) as ids)
select concat_ws(' ', camera_make, camera_model) as camera, sum(media)::bigint as media
from (
  select m.camera_make, m.camera_model, count(*) as media from media_item m
  where m.compartment_id = any ((select ids from k)::int[]) and m.register_entry_id is null and (m.camera_make is not null or m.camera_model is not null)
  group by m.camera_make, m.camera_model) made
group by 1 order by 2 desc, 1 limit :one_more
