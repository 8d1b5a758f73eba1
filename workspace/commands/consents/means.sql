-- A person's mean is that of its faces of one recogniser; poor ones belong to nobody.
update person p set model_digest = :digest,
  centroid = (select avg(f.embedding) from face f where f.person_id = p.id and f.model_digest = :digest)
where p.id = any (:persons)
