-- The boxes of a medium that people drew or took away: the machine finds no face there anew.
select f.box, f.frame_width, f.frame_height, f.part from face f
where f.media_item_id = :media and (f.drawn_as is not null or f.taken_away_as is not null) and f.at_s is null
