-- The frames of a video in all positions.
select f.pdq, f.turned from video_frame f where f.media_item_id = :media order by f.ordinal
