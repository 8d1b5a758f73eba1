-- Where the veiled copy of a video lies.
select c.operation_id, c.veil_address as address from video_copy c where c.media_item_id = :media and c.side = :side and c.state = 'made'
