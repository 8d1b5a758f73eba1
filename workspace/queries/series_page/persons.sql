-- The persons in a series that the viewer may see, each as who it is now.
select p.id, p.number, c.country, c.agency_id = (select my_agency()) as is_own, p.age_band, p.face_count,
  (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face_id,
  (select count(distinct f.media_item_id)::int from face f where f.person_id = p.id) as media
from person p join compartment_with_agency c on c.id = p.compartment_id
where p.id in (select root_of_person(q.id) from person q where q.series_id = :series)
order by p.face_count desc, p.number
