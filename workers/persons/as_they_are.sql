-- Persons of a compartment that could be meant, some of whom came or changed in or after a transaction.
select p.id, p.centroid::real[] as centroid, p.face_count from person p
where p.compartment_id = :compartment and p.model_digest = :digest and p.centroid is not null and p.merged_into is null
  and (p.id = any (cast(:ids as uuid[])) or p.changed_in >= :since)
