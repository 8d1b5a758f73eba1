-- Where a person is seen: each photo's face, and of each track through a video the best face, the oldest first as the files say, those
-- without a date last; on one device or in one year if asked, after one of them if asked. faces: how many stand behind the one shown.
with sight as (
    select distinct on (coalesce(f.track_id, f.id)) f.id, f.person_id, f.media_item_id, f.at_s, f.quality_word as quality, f.track_id is not null as is_track, f.grouped_as,
      count(*) over (partition by coalesce(f.track_id, f.id))::int as faces
    from face f where f.person_id = any (cast(:persons as uuid[])) order by coalesce(f.track_id, f.id), f.quality desc, f.id),
  placed as (
    select s.*, m.kind, m.captured_at, left(m.captured_at, 4) as year, coalesce(m.captured_at, '~') as place,
      array(select distinct x.label from received_file r join exhibit x on x.id = r.exhibit_id where r.media_item_id = m.id order by x.label) as exhibits
    from sight s join media_item m on m.id = s.media_item_id)
select p.id as face_id, o.number, p.media_item_id as media_id, p.kind, p.captured_at, p.at_s, p.quality, p.is_track, p.faces, p.exhibits, g.number as given_from
from placed p join person o on o.id = p.person_id left join person g on g.id = p.grouped_as
where (cast(:exhibit as text) is null or :exhibit = any (p.exhibits))
  and (cast(:year as text) is null or coalesce(p.year, '') = :year)
  and (cast(:after as uuid) is null or (p.place, p.media_item_id, coalesce(p.at_s, 0), p.id) > (
    select a.place, a.media_item_id, coalesce(a.at_s, 0), a.id from placed a where a.id = :after))
order by p.place, p.media_item_id, coalesce(p.at_s, 0), p.id limit :one_more
