-- A still that somebody waits for, and where its video's original lies.
select t.media_item_id, m.kind, m.address, t.frame, t.at_ms, t.stamp
from video_still t join media_item m on m.id = t.media_item_id where t.id = :id and t.state = 'asked'
