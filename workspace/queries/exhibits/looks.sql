-- Who lifted the veil of pictures of the exhibit, whichever of its agency's exhibits they were looked at in, as far as the viewer may read it: the owner's agency all, others their own.
-- What was watched of a video after its lifting is no lifting.
with own as materialized (
  select k.id from exhibit e join compartment c on c.id = e.compartment_id join compartment k on k.operation_id = c.operation_id and k.agency_id = c.agency_id
  where e.id = :exhibit),
content as materialized (
  select distinct m.sha256 from received_file r join media_item m on m.id = r.media_item_id where r.exhibit_id = :exhibit),
medium as materialized (
  select twin.id from content cross join lateral (
    select t.id from media_item t where t.sha256 = content.sha256 and t.register_entry_id is null and t.compartment_id in (select id from own) offset 0) twin),
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
