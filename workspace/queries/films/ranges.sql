-- The marked parts of a video that stand, in their order.
select r.id, r.from_ms, r.to_ms, r.note, r.said_at, r.said_by = my_id() as mine, u.id as user_id, u.name, u.country, r.played_by
from video_range r join user_with_country u on u.id = r.said_by
where r.media_item_id = :media and r.undone_at is null order by r.from_ms, r.to_ms, r.id
