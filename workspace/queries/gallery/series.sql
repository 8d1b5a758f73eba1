-- The series of an operation that the viewer may see.
select s.id, s.number, s.label from series s where s.compartment_id = any ((select gallery_keys(:operation, null))::int[]) and s.merged_into is null order by s.number
