-- The vectors of an operation that can make a match: poor faces make none.
select f.id, f.compartment_id, f.register_entry_id is not null as of_register, f.changed_in, halfvec_send(f.embedding) as vector
from face f
where f.operation_id = :operation and f.model_digest = :digest and f.quality_word <> 'poor' and f.embedding is not null
