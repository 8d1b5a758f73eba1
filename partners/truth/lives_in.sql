-- The country in which somebody lives.
select lives_in from exercise_identity where operation_id = :operation and identity = :identity
