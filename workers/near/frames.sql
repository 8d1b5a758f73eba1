-- The frames of videos, one behind the other.
select f.media_item_id as id, string_agg(f.pdq, '' order by f.ordinal) as frames
from video_frame f where f.media_item_id = any (cast(:media as uuid[])) group by f.media_item_id
