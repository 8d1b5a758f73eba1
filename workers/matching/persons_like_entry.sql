-- The persons of whom a good face, of those that are likely to, resembles a good face of this register entry.
select distinct f.person_id
from face g
join face f on f.id = any (cast(:faces as uuid[])) and f.operation_id = g.operation_id and f.person_id is not null and f.model_digest = :digest
  and f.quality_word <> 'poor'
where g.register_entry_id = :entry and g.model_digest = :digest and g.quality_word <> 'poor'
  and -(f.embedding <#> g.embedding) >= :threshold
