-- Persons of the viewer's own agency, those with the most faces first, each with its best face; with how many there are.
select p.number, c.country,
  (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face_id,
  count(*) over () as of
from person p join compartment_with_agency c on c.id = p.compartment_id
where p.operation_id = :operation and c.agency_id = (select my_agency()) and p.merged_into is null order by p.face_count desc, p.number limit :most;
