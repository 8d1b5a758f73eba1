-- Who lifted the veil of a medium or of a face in it, by person, as far as the viewer may read it: the owner's agency all, others their own.
-- What was watched of a video after its lifting is no lifting.
select u.name, u.country, played_by(v.operation_id, u.id) as played_by, min(v.viewed_at) as first_at, max(v.viewed_at) as last_at,
  (count(*) filter (where v.from_ms is not distinct from v.to_ms))::int as times
from media_view v join user_with_country u on u.id = v.user_id
where v.media_item_id = :medium or v.face_id in (select f.id from face f where f.media_item_id = :medium)
group by v.operation_id, u.id, u.name, u.country
order by max(v.viewed_at) desc, u.name
