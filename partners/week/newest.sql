-- The newest exercise that runs.
select max(e.operation_id) from exercise e join operation o on o.id = e.operation_id
where e.revealed_at is null and o.state = any (:states)
