-- What the director put into the exercise, as far as it happened.
select kind from exercise_injection where operation_id = :operation and landed_at is not null;
