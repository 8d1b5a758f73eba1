-- A video that came with an exhibit, if the viewer's keys show it.
select m.id, m.duration_s from media_item m where m.id = :media and m.kind = 'video' and m.register_entry_id is null
