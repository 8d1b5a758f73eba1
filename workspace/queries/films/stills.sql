-- The stills taken out of a video, in order of time.
select t.id, t.frame, t.at_ms, t.state, t.refusal, t.still_id, encode(m.sha256, 'hex') as sha256,
  case when m.state = 'read' then m.face_count end as faces, t.taken_at, u.id as user_id, u.name, u.country, t.played_by
from video_still t join user_with_country u on u.id = t.taken_by left join media_item m on m.id = t.still_id
where t.media_item_id = :media order by t.at_ms, t.taken_at, t.id
