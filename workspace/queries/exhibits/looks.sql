-- Who lifted the veil of pictures of the exhibit, as far as the viewer may read it: the owner's agency all, others their own.
select u.name, played_by(v.operation_id, u.id) as played_by, u.country, m.role, min(v.viewed_at) as first_at, max(v.viewed_at) as last_at,
  count(*)::int as times, count(distinct coalesce(v.media_item_id, f.media_item_id))::int as pictures
from media_view v left join face f on f.id = v.face_id join user_with_country u on u.id = v.user_id
left join membership m on m.operation_id = v.operation_id and m.user_id = v.user_id
where coalesce(v.media_item_id, f.media_item_id) in (select r.media_item_id from received_file r where r.exhibit_id = :exhibit)
group by v.operation_id, u.id, u.name, u.country, m.role
order by max(v.viewed_at) desc, u.name
