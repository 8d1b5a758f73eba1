-- The leads of an operation that have a score, with what their two faces give today. Two sides have faces: of a lead with more, those two.
select l.id, l.number, l.score, l.threshold, l.pack_id, l.model_digest, l.code_version, l.compared_to, l.created_at,
  s.sides, s.faces, s.vectors, s.same_model, s.face_ids, -(s.embeddings[1] <#> s.embeddings[2]) as again
from lead l cross join lateral (
  select count(*)::int as sides, count(f.id)::int as faces, count(f.embedding)::int as vectors, bool_and(f.model_digest = l.model_digest) as same_model,
    array_agg(f.id order by e.side) filter (where f.id is not null) as face_ids,
    array_agg(f.embedding order by e.side) filter (where f.embedding is not null) as embeddings
  from lead_evidence e left join face f on f.id = e.face_id where e.lead_id = l.id) s
where l.operation_id = :operation and l.score is not null and (cast(:number as int) is null or l.number = :number)
order by l.number
