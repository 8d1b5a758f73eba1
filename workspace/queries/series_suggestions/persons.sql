-- Persons with their best faces.
select p.id, p.number, (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face_id
from person p where p.id = any (:ids) order by p.number
