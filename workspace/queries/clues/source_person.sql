-- The person of whom a clue is to be opened, with the best face.
select p.number, (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face
from person p where p.id = :id and p.operation_id = :operation and p.merged_into is null
