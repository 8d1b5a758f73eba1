-- The persons with this number, each with its best face; of a merged one, the person that it became.
select p.number, c.country,
  (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face_id
from person p join compartment_with_agency c on c.id = p.compartment_id
where p.operation_id = :operation
  and p.id in (select coalesce(merged_into, id) from person where operation_id = :operation and number = :number);
