-- A copy that somebody waits for, and where its video's original lies.
select m.id as media_item_id, m.kind, m.address, c.side, exists (select 1 from film_strip s where s.media_item_id = m.id) as has_strip
from video_copy c join media_item m on m.id = c.media_item_id where c.id = :id and c.state = 'asked'
