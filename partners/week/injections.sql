-- What the director put into the week and is due, in its order.
select id, kind from exercise_injection where operation_id = :operation and landed_at is null and due_at <= now() order by due_at, id
