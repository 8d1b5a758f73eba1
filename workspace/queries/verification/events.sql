-- Every event of a chain in order, with its columns, its hashed body, and the lines of the rows that its body holds a root of.
select e.operation_id, e.seq, e.version, e.at, e.kind, e.actor_id, e.played_by, e.lead_id, e.locks, e.payload, e.body, e.hash, r.lines
from event e left join event_rows r on r.operation_id = e.operation_id and r.seq = e.seq
where e.operation_id = :operation order by e.seq
