-- The faces that people drew on a medium and nobody took away, the oldest first.
select a.id, a.region as box, a.state, a.said_at, a.played_by, u.id as user_id, u.name, u.country, f.id as face_id
from face_act a join user_with_country u on u.id = a.said_by left join face f on f.drawn_as = a.id
where a.media_item_id = :medium and a.what = 'drawn' and f.taken_away_as is null order by a.said_at, a.id
