-- The faces of an operation that were changed in or after a transaction; without a vector, where it makes no match any more. Numbers
-- beyond the next transaction come from another cluster (a dump that was restored) and were read with all others.
select f.id, f.compartment_id, f.register_entry_id is not null as of_register, f.changed_in,
  case when f.model_digest = :digest and f.quality_word <> 'poor' then halfvec_send(f.embedding) end as vector
from face f
where f.operation_id = :operation and f.changed_in >= :since and f.changed_in < :next
