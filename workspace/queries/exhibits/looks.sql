-- Who lifted the veil of pictures of the exhibit, whichever of its agency's exhibits they were looked at in, as far as the viewer may read it: the owner's agency all, others their own.
-- What was watched of a video after its lifting is no lifting.
with medium as materialized (
  select distinct twin.id from exhibit e join compartment c on c.id = e.compartment_id
  join received_file r on r.exhibit_id = e.id join media_item m on m.id = r.media_item_id
  join media_item twin on twin.operation_id = m.operation_id and twin.sha256 = m.sha256 and twin.register_entry_id is null
  join compartment own on own.id = twin.compartment_id and own.agency_id = c.agency_id
  where e.id = :exhibit),
look as (
  select m.id, v.operation_id, v.user_id, v.viewed_at, v.from_ms, v.to_ms from medium m join media_view v on v.media_item_id = m.id
  union all
  select m.id, v.operation_id, v.user_id, v.viewed_at, v.from_ms, v.to_ms from medium m join face f on f.media_item_id = m.id
    join media_view v on v.face_id = f.id and v.media_item_id is null)
select u.name, played_by(v.operation_id, u.id) as played_by, u.country, m.role, min(v.viewed_at) as first_at, max(v.viewed_at) as last_at,
  (count(*) filter (where v.from_ms is not distinct from v.to_ms))::int as times, count(distinct v.id)::int as pictures
from look v join user_with_country u on u.id = v.user_id
left join membership m on m.operation_id = v.operation_id and m.user_id = v.user_id
group by v.operation_id, u.id, u.name, u.country, m.role
order by max(v.viewed_at) desc, u.name
