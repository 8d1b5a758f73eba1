-- A photo that came with an exhibit, if the viewer's keys show it, with what was made of its tiles.
select t.state, t.refusal, coalesce(t.tiles_done, 0) as tiles_done, coalesce(t.tiles_of, 0) as tiles_of, t.width, t.height
from media_item m left join picture_tiles t on t.media_item_id = m.id
where m.id = :media and m.kind = 'photo' and m.register_entry_id is null
