-- The vectors of an operation that can make a match: poor faces make none. A line is a compartment, whether the face is of a register,
-- the transaction that changed it, its id and its vector.
select int4send(f.compartment_id) || boolsend(f.register_entry_id is not null) || int8send(f.changed_in) || uuid_send(f.id)
  || halfvec_send(f.embedding) as line
from face f
where f.operation_id = :operation and f.model_digest = :digest and f.quality_word <> 'poor' and f.embedding is not null
