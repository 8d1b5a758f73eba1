-- Every refused file.
select e.label, r.path, r.size_bytes, r.sha256, coalesce(r.refusal, m.refusal) as reason
from received_file r join exhibit e on e.id = r.exhibit_id left join media_item m on m.id = r.media_item_id
where r.operation_id = :operation and (r.refusal is not null or m.state = 'refused') order by e.label, r.path
