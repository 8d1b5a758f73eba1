-- The exhibits of which the viewer may see a person, to choose one of.
select x.id, x.label, x.country from exhibit x where x.operation_id = :operation order by x.country, x.label
