-- The person of whom a clue is to be opened, by id or number, with the best face.
select p.id, p.number, (select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1) as face
from person p where (p.id = cast(:id as uuid) or p.number = cast(:number as int)) and p.operation_id = :operation and p.merged_into is null
