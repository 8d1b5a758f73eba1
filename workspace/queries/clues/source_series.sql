-- The series of which a clue is to be opened, by id or number.
select id, number, label as name from series
where (id = cast(:id as uuid) or number = cast(:number as int)) and operation_id = :operation
