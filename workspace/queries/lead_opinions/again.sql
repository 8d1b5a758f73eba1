-- A lead's score, where the viewer may see it now, and what its two faces give today as far as their rows are open. sides: how many are;
-- faces: of those, how many still name one; vectors: how many of them are compared; same_model: by the recogniser of then.
with side as (
  select f.id, f.embedding, f.model_digest from lead_evidence e left join face f on f.id = e.face_id where e.lead_id = :lead)
select s.score, (select count(*) from side) as sides, (select count(id) from side) as faces, (select count(embedding) from side) as vectors,
  (select bool_and(model_digest = s.model_digest) from side) as same_model,
  (select -(one.embedding <#> other.embedding) from side one join side other on other.id > one.id) as again
from score_of_lead(:lead) s where s.score is not null
