-- The operation of a medium that came with an exhibit, if the viewer's keys show it.
select m.operation_id from media_item m where m.id = :medium and m.register_entry_id is null and m.kind <> 'archive'
