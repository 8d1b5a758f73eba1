-- The lead of a number, with its countries.
select id, number, countries from lead where operation_id = :operation and number = :number
