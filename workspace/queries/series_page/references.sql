-- The numbers elsewhere of the other series that the viewer may see.
select s.number, s.external_reference from series s
where s.operation_id = :operation and s.id <> :series and s.external_reference is not null and s.merged_into is null order by s.number
