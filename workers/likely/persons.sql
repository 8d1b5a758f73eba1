-- The best faces of persons, which are compared.
select f.person_id as subject_id, f.compartment_id, halfvec_send(f.embedding) as vector
from unnest(cast(:subjects as uuid[])) as asked(id) cross join lateral best_faces(asked.id, :digest, :best) f
where f.embedding is not null
