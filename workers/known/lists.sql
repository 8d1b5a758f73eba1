-- The lists of an operation that hold PDQ hashes, and how many.
select number, alike from known_list where operation_id = :operation and removed_at is null and alike > 0 order by number
