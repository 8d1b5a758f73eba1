-- Series that the viewer sees.
select s.id, s.number, s.label from series s where s.id = any (:ids) and s.merged_into is null
