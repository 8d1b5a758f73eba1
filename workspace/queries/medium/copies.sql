-- The media of an operation with the same content that the viewer may see, the asked one first, each with how many paths it has.
select c.id, a.country, (select count(*) from received_file f where f.media_item_id = c.id) as path_count
from media_item m join media_item c on c.sha256 = m.sha256 and c.operation_id = m.operation_id and c.register_entry_id is null
join compartment k on k.id = c.compartment_id join agency a on a.id = k.agency_id
where m.id = :medium and m.register_entry_id is null
order by c.id <> m.id, a.country, c.id
