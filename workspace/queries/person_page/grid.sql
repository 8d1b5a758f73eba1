-- How often a person is seen on each device in each year, as the files say; a track counts once. year: '' without a date.
select x.label as exhibit, coalesce(left(m.captured_at, 4), '') as year, count(distinct coalesce(f.track_id, f.id))::int as number
from face f join media_item m on m.id = f.media_item_id
cross join lateral (select distinct r.exhibit_id from received_file r where r.media_item_id = m.id) r join exhibit x on x.id = r.exhibit_id
where f.person_id = any (cast(:persons as uuid[])) group by 1, 2 order by 1, 2
