-- Keep a signed head if the record says it and it is a new one.
insert into signed_head (operation_id, seq, hash, note, verifier)
select e.operation_id, e.seq, e.hash, :note, :verifier from event e
where e.operation_id = :operation and e.seq = :seq and e.hash = :digest
on conflict (operation_id, seq) do nothing returning seq
