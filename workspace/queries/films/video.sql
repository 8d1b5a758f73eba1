-- A video that came with an exhibit, or the one inside a photo, if the viewer's keys show it.
select m.id, coalesce(m.duration_s, m.inner_video_s) as duration_s from media_item m
where m.id = :media and (m.kind = 'video' or m.inner_video_s is not null) and m.register_entry_id is null
