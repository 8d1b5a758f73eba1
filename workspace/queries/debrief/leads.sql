-- The leads of a face.
select id, stage, created_at from lead where operation_id = :operation and kind = any (:kinds);
