-- The series of which a clue is to be opened.
select number, label as name from series where id = :id and operation_id = :operation
