-- The film strip of a video.
select s.width, s.height, s.times_s, s.cuts_s from film_strip s where s.media_item_id = :media
