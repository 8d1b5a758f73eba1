-- When each picture of a video is shown; it is the same in all copies that were read to the same end.
select c.at_ms from video_copy c where c.media_item_id = :media and c.state = 'made' order by c.side limit 1
