-- The faces of a medium that have no vector.
select f.id, f.landmarks, f.frame_width, f.crop_address, f.at_s, f.part from face f where f.media_item_id = :media and f.embedding is null and f.taken_away_as is null
order by f.id
