-- The operation and the number of a person.
select p.operation_id, p.number from person p where p.id = :person
