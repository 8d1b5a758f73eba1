-- The contents of an exhibit that its case does not name, each with its first path. Archives are none by themselves. :most: null for all.
with said as materialized (select r.md5, r.sha1 from exhibit_case_record r where r.case_no = :number)
select m.id as media_id, min(f.path) as path, count(*)::int as paths, encode(m.md5, 'hex') as md5, encode(m.sha1, 'hex') as sha1,
  count(*) over () as of
from received_file f join media_item m on m.id = f.media_item_id
where f.exhibit_id = :exhibit and m.size_bytes > 0 and m.kind <> 'archive'
  and m.md5 not in (select r.md5 from said r where r.md5 is not null) and m.sha1 not in (select r.sha1 from said r where r.sha1 is not null)
group by m.id order by min(f.path), m.id limit cast(:most as bigint)
