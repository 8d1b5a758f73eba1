-- The boxes that stand in a medium, in shares of the picture's sides: faces that were found, drawn or taken away, and drawn boxes that wait to
-- be described. start_s, end_s: of a video's track.
select f.id, f.part, f.at_s, t.start_s, t.end_s, f.person_id, f.roll_deg, f.quality, f.quality_word = 'poor' as is_poor,
  f.drawn_as is not null as is_drawn, f.taken_away_as is not null as is_taken,
  array[f.box[1] / f.frame_width, f.box[2] / f.frame_height, f.box[3] / f.frame_width, f.box[4] / f.frame_height] as box, null as drawn_box
from face f left join track t on t.id = f.track_id where f.media_item_id = :media
union all
select a.id, 1, null, null, null, null, 0, 0, false, true, false, null, a.region
from face_act a where a.media_item_id = :media and a.what = 'drawn' and a.state = 'waiting' and a.undone_at is null
