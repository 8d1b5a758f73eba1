-- A copy that somebody waits for, and where its video's original lies.
select m.address, c.side from video_copy c join media_item m on m.id = c.media_item_id where c.id = :id and c.state = 'asked'
