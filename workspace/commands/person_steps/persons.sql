-- The persons of a compartment, by their numbers.
select p.id, p.number, p.merged_into from person p where p.compartment_id = :compartment
