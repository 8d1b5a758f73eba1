-- What the director put into an exercise, the newest first.
select id, kind, asked_at, due_at, landed_at from exercise_injection
where operation_id = :operation and operation_id = any (my_directions()) order by asked_at desc, id
