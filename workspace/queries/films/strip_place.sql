-- Where the film strip of a video lies.
select s.operation_id, s.address from film_strip s where s.media_item_id = :media
