-- What tiles tell of these media. copies: media with the same content that the viewer may see, this one too.
select m.id, m.kind, m.state, m.refusal, m.captured_at, m.duration_s, m.face_count, m.best_quality, m.veil_address, a.country,
  (select count(*) from media_item c where c.sha256 = m.sha256 and c.operation_id = m.operation_id and c.register_entry_id is null) as copies,
  (select count(*) from received_file f where f.media_item_id = m.id) as paths,
  (select count(*) from near_copy n where n.media_item_id = m.id or n.like_id = m.id) as near_copies,
  file.path, file.exhibit_id, file.label as exhibit,
  m.sha256 in (select seen_contents(:operation)) as is_seen,
  array(select s.number from media_in_series(:operation) g join series s on s.id = g.series_id
    where g.media_item_id = m.id order by s.number) as series,
  c.agency_id = (select my_agency()) as is_own,
  array(select distinct p.number from face f join person p on p.id = f.person_id
    where f.media_item_id = m.id and c.agency_id = (select my_agency()) order by p.number) as own_persons,
  (select k.mark from media_mark k join media_item t on t.id = k.media_item_id
    where t.sha256 = m.sha256 and t.operation_id = m.operation_id and k.undone_at is null order by k.ordinal desc limit 1) as mark,
  grade.number as grade, grade.table_country as grade_of, coalesce(grade.is_conflict, false) as in_conflict,
  exists (select 1 from known_media l where l.media_item_id = m.id) as is_known,
  exists (select 1 from lead_evidence e where e.media_item_id = m.id) as in_lead
from unnest(cast(:ids as uuid[])) with ordinality as asked(id, place) join media_item m on m.id = asked.id
join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
left join lateral (
  select f.path, f.exhibit_id, e.label from received_file f join exhibit e on e.id = f.exhibit_id
  where f.media_item_id = m.id and (cast(:exhibit as uuid) is null or f.exhibit_id = :exhibit)
  order by f.path collate "C", f.id limit 1) file on true
left join lateral (
  select g.number, g.table_country, bool_or(g.is_conflict) over () as is_conflict
  from grade_standing g join media_item t on t.id = g.media_item_id
  where t.sha256 = m.sha256 and t.operation_id = m.operation_id and (g.is_owners or g.table_country = (select b.country from agency b where b.id = (select my_agency())))
  order by g.number is null, g.table_country <> (select b.country from agency b where b.id = (select my_agency())), not g.is_owners, g.table_country limit 1) grade on true
where m.operation_id = :operation
order by asked.place
