-- By reason and exhibit, how many files were refused, at intake or in reading.
select x.reason, e.label, count(*)::int as files
from (
  select r.exhibit_id, r.refusal as reason from received_file r where r.operation_id = :operation and r.refusal is not null
  union all
  select r.exhibit_id, m.refusal from media_item m join received_file r on r.media_item_id = m.id
  where m.operation_id = :operation and m.state = 'refused' and r.refusal is null) x
join exhibit e on e.id = x.exhibit_id group by 1, 2
