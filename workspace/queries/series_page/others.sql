-- The other series that lie where this one lies: those that can be merged with it.
select o.id, o.number, o.label from series s join series o on o.compartment_id = s.compartment_id and o.operation_id = s.operation_id
where s.id = :series and o.id <> s.id and o.merged_into is null order by o.number
