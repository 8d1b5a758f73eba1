-- The faces of a picture that the viewer brought, from the left.
select f.id, f.quality_word as quality, round(f.eye_distance_px)::int as eye_distance_px,
  round(50 * (f.box[1] + f.box[3]) / f.frame_width)::int as middle_x, round(50 * (f.box[2] + f.box[4]) / f.frame_height)::int as middle_y
from probe_face f join probe p on p.id = f.probe_id
where p.id = :id and p.user_id = my_id() and p.keeps_until > now() and f.embedding is not null order by f.box[1], f.id
