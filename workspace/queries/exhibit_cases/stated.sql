-- What the standing cases of exhibits in which a medium lies state of it, each category once.
with here as (
  select m.md5, m.sha1, f.exhibit_id from media_item m join received_file f on f.media_item_id = m.id where m.id = :medium group by 1, 2, 3),
standing as (
  select h.md5, h.sha1, h.exhibit_id, (select max(k.number) from exhibit_case k where k.exhibit_id = h.exhibit_id) as number from here h),
said as (
  select s.number, r.category, r.stated from standing s join exhibit_case_record r on r.case_no = s.number and r.md5 = s.md5
  union
  select s.number, r.category, r.stated from standing s join exhibit_case_record r on r.case_no = s.number and r.sha1 = s.sha1)
select s.category, s.stated, k.scheme, t.name as table_name, k.exhibit_id, e.label as exhibit
from said s join exhibit_case k on k.number = s.number join exhibit e on e.id = k.exhibit_id
left join grade_table t on t.id = k.table_id
order by e.label, s.category nulls last, s.stated
