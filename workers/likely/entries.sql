-- The faces of register entries that are compared.
select f.register_entry_id as subject_id, halfvec_send(f.embedding) as vector
from face f where f.register_entry_id = any (cast(:subjects as uuid[])) and f.model_digest = :digest and f.quality_word <> 'poor'
  and f.embedding is not null
