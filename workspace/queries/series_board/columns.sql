-- The columns that an operation has of its own, in the order in which they were added.
select k.id, k.name from series_column k where k.operation_id = :operation and k.removed_at is null order by k.added_at, k.id
