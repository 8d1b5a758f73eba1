-- The records of a case that no file of its exhibit is. :most: null for all.
with contents as materialized (
  select distinct m.md5, m.sha1 from received_file f join media_item m on m.id = f.media_item_id where f.exhibit_id = :exhibit and m.size_bytes > 0)
select r.place, r.path, encode(r.md5, 'hex') as md5, encode(r.sha1, 'hex') as sha1, r.category, r.stated, count(*) over () as of
from exhibit_case_record r
where r.case_no = :number and not coalesce(r.md5 in (select c.md5 from contents c), false)
  and not coalesce(r.sha1 in (select c.sha1 from contents c), false)
order by r.place limit cast(:most as bigint)
