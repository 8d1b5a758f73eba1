-- The faces of an operation that were changed in or after a transaction, as lines; without a vector, where it makes no match any more.
-- Numbers beyond the next transaction come from another cluster (a dump that was restored) and were read with all others.
select int4send(f.compartment_id) || boolsend(f.register_entry_id is not null) || int8send(f.changed_in) || uuid_send(f.id)
  || coalesce(case when f.model_digest = :digest and f.quality_word <> 'poor' then halfvec_send(f.embedding) end, cast('' as bytea)) as line
from face f
where f.operation_id = :operation and f.changed_in >= :since and f.changed_in < :next
