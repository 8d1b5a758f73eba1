-- The newest exercise that can be worked on: open for an hour more, all its exhibits in, its record of this version.
select max(o.id) from operation o
where o.is_exercise and o.state = 'open' and o.closes_at > now() + interval '1 hour'
  and exists (select 1 from exhibit x where x.operation_id = o.id)
  and not exists (select 1 from exhibit x where x.operation_id = o.id and x.intake_ended_at is null)
  and not exists (select 1 from exercise_shown s where s.operation_id = o.id and not exists
    (select 1 from exhibit x where x.operation_id = o.id and x.label = s.exhibit_label))
  and not exists (select 1 from event e where e.operation_id = o.id and e.version = 1)
