-- The contents of an exhibit that its case does not name, each with its first path. Archives are none by themselves. :most: null for all.
with unnamed as materialized (
  select m.id from media_item m
  where m.id in (select f.media_item_id from received_file f where f.exhibit_id = :exhibit) and m.size_bytes > 0 and m.kind <> 'archive'
    and not exists (select 1 from exhibit_case_record r where r.case_no = :number and r.md5 = m.md5)
    and not exists (select 1 from exhibit_case_record r where r.case_no = :number and r.sha1 = m.sha1))
select m.id as media_id, min(f.path) as path, count(*)::int as paths, encode(m.md5, 'hex') as md5, encode(m.sha1, 'hex') as sha1,
  count(*) over () as of
from unnamed u join media_item m on m.id = u.id join received_file f on f.media_item_id = m.id and f.exhibit_id = :exhibit
group by m.id order by min(f.path), m.id limit cast(:most as bigint)
