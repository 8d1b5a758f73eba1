-- The playable copies of a video, the smallest first.
select c.id, c.side, c.state, c.refusal, c.frames_done, c.frames_of, c.width, c.height, c.duration_s, c.has_sound, c.unseen, c.asked_at
from video_copy c where c.media_item_id = :media order by c.side
