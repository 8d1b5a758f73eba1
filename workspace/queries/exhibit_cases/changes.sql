-- The records of a case whose content has another grade of its owner now than the category that stands there. :most: null for all.
with graded as materialized (
  select distinct m.id, m.md5, m.sha1, g.number from received_file f join media_item m on m.id = f.media_item_id
  join grade_standing g on g.media_item_id = m.id and g.is_owners and g.number is not null where f.exhibit_id = :exhibit and m.size_bytes > 0),
named as (
  select distinct on (place) place, number from (
    select r.place, g.number, g.id, 1 as by from exhibit_case_record r join graded g on g.md5 = r.md5 where r.case_no = :number
    union all
    select r.place, g.number, g.id, 2 from exhibit_case_record r join graded g on g.sha1 = r.sha1 where r.case_no = :number) n
  order by place, by, id)
select r.place, r.path, encode(r.md5, 'hex') as md5, 'Category' as field, coalesce(r.category::text, r.stated) as before, n.number as after,
  count(*) over () as of
from named n join exhibit_case_record r on r.case_no = :number and r.place = n.place
where r.category is distinct from n.number
order by r.place limit cast(:most as bigint)
