-- What persons of the viewer's own agency have in common, compartment by compartment: near copies, a camera, a medium that shows both, a
-- folder on a day. Only groups in which somebody stands in no series; the largest first. Those with the most faces are looked at (most_persons).
with pool as (
  select p.id, p.number, p.series_id, p.compartment_id
  from person p join compartment c on c.id = p.compartment_id
  where p.operation_id = :operation and c.agency_id = (select my_agency()) and p.merged_into is null and p.face_count > 0
  order by p.series_id is not null, p.face_count desc, p.number limit :most_persons),
shown as (select distinct f.person_id, f.media_item_id from face f where f.person_id in (select id from pool)),
medium as (
  select m.id, m.camera_key, left(m.captured_at, 10) as day from media_item m where m.id in (select media_item_id from shown)),
trait as (
  select s.person_id, 'camera' as why, m.camera_key as key, m.camera_key as detail
  from shown s join medium m on m.id = s.media_item_id where m.camera_key is not null
  union
  select s.person_id, 'together', s.media_item_id::text, null from shown s
  union
  select s.person_id, 'near_copies', least(n.media_item_id, n.like_id) || ' ' || greatest(n.media_item_id, n.like_id), null
  from near_copy n join shown s on s.media_item_id in (n.media_item_id, n.like_id)
  where n.media_item_id in (select id from medium) and n.like_id in (select id from medium)
  union
  select s.person_id, 'folder_time', concat_ws('|', r.exhibit_id, w.folder, m.day), concat_ws(' · ', x.label, nullif(w.folder, ''), m.day)
  from shown s join medium m on m.id = s.media_item_id and m.day is not null
  join received_file r on r.media_item_id = m.id join exhibit x on x.id = r.exhibit_id
  cross join lateral (select substring(r.path from '^(.*)/[^/]*$') as folder) w)
select t.why, min(t.detail) as detail, p.compartment_id, array_agg(distinct p.id) filter (where p.series_id is null) as persons,
  array_agg(distinct p.series_id) filter (where p.series_id is not null) as series
from trait t join pool p on p.id = t.person_id
group by t.why, t.key, p.compartment_id
having count(distinct p.id) between 2 and :most_group and count(distinct p.id) filter (where p.series_id is null) > 0
order by count(distinct p.id) desc, t.why, min(p.number), t.key limit :one_more
