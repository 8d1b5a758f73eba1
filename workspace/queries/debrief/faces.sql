-- The faces that stand in a group, with the country whose material they are of.
select f.person_id as group_id, f.media_item_id as media_id, a.country, f.quality_word = 'poor' as is_poor
from face f join compartment c on c.id = f.compartment_id join agency a on a.id = c.agency_id
where f.operation_id = :operation and f.person_id is not null;
