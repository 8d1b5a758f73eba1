-- Seconds from the first received file to the first lead and to the last; nothing while there is no lead.
select (extract(epoch from min(l.created_at) - f.first))::float8 as first_s,
  (extract(epoch from max(l.created_at) - f.first))::float8 as last_s
from lead l cross join (select min(received_at) as first from received_file where operation_id = :operation) f
where l.operation_id = :operation group by f.first
