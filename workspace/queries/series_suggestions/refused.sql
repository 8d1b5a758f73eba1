-- What was refused of the material that the viewer opens.
select r.persons, r.series_id from series_refusal r where r.operation_id = :operation
