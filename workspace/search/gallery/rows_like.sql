-- What blocks would answer, asked of the rows themselves: for each probe the faces of registers, or of persons, that
-- reach a cosine. `<#>` is the negative inner product.
select p.place, f.id
from rows from (unnest(cast(cast(:probes as text[]) as halfvec[])), unnest(cast(:without as int[])))
  with ordinality as p(vector, without, place)
join face f on f.operation_id = :operation and f.model_digest = :digest and f.quality_word <> 'poor'
  and (f.register_entry_id is not null) = :of_registers and (:of_registers or f.compartment_id is distinct from p.without)
where -(f.embedding <#> p.vector) >= :threshold
