-- The operation and the number of a series.
select s.operation_id, s.number from series s where s.id = :series
