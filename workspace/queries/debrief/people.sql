-- Where each person of the truth lives.
select identity, lives_in from exercise_identity where operation_id = :operation;
