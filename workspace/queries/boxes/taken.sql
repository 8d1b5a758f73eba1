-- The boxes that people took away from a medium, the oldest first.
select a.id, f.box, f.frame_width, f.frame_height, f.at_s, f.part, a.said_at, a.played_by, u.id as user_id, u.name, u.country
from face_act a join user_with_country u on u.id = a.said_by join face f on f.id = a.face_id
where a.media_item_id = :medium and a.what = 'taken_away' and a.undone_at is null order by a.said_at, a.id
