-- By reason and exhibit, how many files were refused, at intake or in reading.
select coalesce(r.refusal, m.refusal) as reason, e.label, count(*)::int as files
from received_file r join exhibit e on e.id = r.exhibit_id left join media_item m on m.id = r.media_item_id
where r.operation_id = :operation and (r.refusal is not null or m.state = 'refused') group by 1, 2
