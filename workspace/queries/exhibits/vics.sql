-- The contents of an exhibit's files with every path, as they are exported: whether a list says who is identified on it, its series, and the
-- owner's grade.
select m.md5, m.sha1, m.sha256, m.size_bytes, m.media_type, array_agg(f.path order by f.path) as paths,
  exists (select 1 from known_media k where k.media_item_id = m.id and k.meaning = 'identified') as is_identified,
  array(select distinct s.label from media_in_series(m.operation_id) g join series s on s.id = g.series_id
    where g.media_item_id = m.id order by 1) as series,
  (select g.number from grade_standing g where g.media_item_id = m.id and g.is_owners) as category
from received_file f join media_item m on m.id = f.media_item_id
where f.exhibit_id = :exhibit group by m.id order by min(f.path), m.id
