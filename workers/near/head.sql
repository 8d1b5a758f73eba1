-- The newest number of an operation's record.
select coalesce(max(seq), 0) from event where operation_id = :operation
