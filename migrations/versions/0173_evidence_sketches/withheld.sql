create or replace function withheld_beside(p_face uuid) returns table (face_id uuid, person_id uuid) language sql stable set search_path = public as $$
-- The faces and persons of whom a lead withholds from the caller how much they look like a face: those beside its person, and those beside
-- a photograph of which it is a copy. The vector of a lead's face is read only where its sketch is near enough; what is asked of one row
-- stands behind «offset 0», so that it is asked of none other.
with chosen as materialized (
  select f.operation_id, f.person_id, f.embedding, f.model_digest, face_sketch(f.embedding) as sketch from face f where f.id = p_face),
own as materialized (
  select e.lead_id, e.side from chosen c join lead_evidence e on e.person_id = c.person_id
  union
  select e.lead_id, e.side from chosen c join lead_evidence e on e.operation_id = c.operation_id and e.face_id is not null
      and (e.sketch is null or c.sketch is null or e.sketch <-> c.sketch <= sketch_reach())
    cross join lateral (select from face w where w.id = e.face_id
      and case when w.model_digest = c.model_digest then w.embedding <=> c.embedding <= one_photograph() end offset 0) w)
select o.face_id, o.person_id from own cross join lateral (
  select b.face_id, b.person_id from lead_evidence b where b.lead_id = own.lead_id and b.side <> own.side and b.face_id is not null offset 0) o
where not score_is_open(own.lead_id) $$;
