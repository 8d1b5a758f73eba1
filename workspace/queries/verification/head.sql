-- The head of a chain, as the next event will follow it.
select last_seq, last_hash from chain where operation_id = :operation
