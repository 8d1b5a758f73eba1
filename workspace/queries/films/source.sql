-- The video of which a medium is a still.
select t.media_item_id as media_id, t.frame, t.at_ms, t.stamp, coalesce(c.unit_num, 1) as unit_num, coalesce(c.unit_den, 1000) as unit_den,
  t.taken_at, u.id as user_id, u.name, u.country, t.played_by
from video_still t join user_with_country u on u.id = t.taken_by
left join video_copy c on c.media_item_id = t.media_item_id and c.state = 'made' and c.side = 640
where t.still_id = :media order by t.taken_at, t.id limit 1
