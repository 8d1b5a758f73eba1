-- Those of these media that the gallery shows to the viewer and that wait no longer to be read, in the order of the question.
select m.id
from unnest(cast(:media as uuid[])) with ordinality as asked(id, place) join media_item m on m.id = asked.id
where m.compartment_id = any ((select gallery_keys(:operation, null))::int[]) and m.operation_id = :operation
  and m.register_entry_id is null and m.kind <> 'archive' and m.state <> 'waiting'
order by asked.place
