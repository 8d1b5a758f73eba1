-- The faces of a medium, in the order of the file and from left to right, poor ones too; of a video the best of each track, the earliest first.
select f.id, f.box, f.frame_width, f.frame_height, f.quality_word, f.eye_distance_px, f.yaw_deg, f.at_s, f.part, t.start_s, t.end_s,
  p.number as person,
  exists (select 1 from face g where g.id = f.joined_with and g.person_id = f.person_id) as is_joined, s.number as series, f.by_sweep, count(*) over () as of
from face f left join track t on t.id = f.track_id left join person p on p.id = f.person_id left join series s on s.id = p.series_id
where f.media_item_id = :medium and f.taken_away_as is null and (f.track_id is null or f.id = (
  select b.id from face b where b.track_id = f.track_id order by b.quality desc, b.id limit 1))
order by f.part, coalesce(t.start_s, f.at_s, 0), f.box[1], f.id
limit :most
