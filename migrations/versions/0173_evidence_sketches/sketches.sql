create function face_sketch(p_embedding halfvec) returns halfvec language sql immutable parallel safe
-- The first 32 numbers of a vector of length 1. Two vectors are at least as far from each other as their sketches are.
as $$ select case when vector_dims(p_embedding) > 32 then subvector(l2_normalize(p_embedding), 1, 32)::halfvec end $$;

create function sketch_reach() returns double precision language sql immutable parallel safe
-- How far from each other the sketches of two copies of one photograph may be: the distance of two vectors of length 1 by their cosine, and
-- what rounding adds.
as $$ select sqrt(2 * one_photograph()) + 0.01 $$;

alter table lead_evidence add column sketch halfvec;  -- of the face's vector; null where it has none, or is compared whole
update lead_evidence e set sketch = face_sketch(f.embedding) from face f where f.id = e.face_id;
create index ix_lead_evidence_face on lead_evidence (face_id) where face_id is not null;

create function evidence_is_sketched() returns trigger language plpgsql security definer set search_path = public as $$
begin
  new.sketch := (select face_sketch(f.embedding) from face f where f.id = new.face_id);
  return new;
end $$;
create trigger sketched before insert or update of face_id on lead_evidence for each row execute function evidence_is_sketched();

create function sketches_follow() returns trigger language plpgsql security definer set search_path = public as $$
-- A face that is described anew, or whose vector is erased, takes its sketches along.
begin
  update lead_evidence set sketch = face_sketch(new.embedding) where face_id = new.id;
  return null;
end $$;
create trigger sketches_follow after update of embedding on face for each row
  when (old.embedding is distinct from new.embedding) execute function sketches_follow();
revoke execute on function face_sketch, sketch_reach, evidence_is_sketched, sketches_follow from public;
grant execute on function face_sketch, sketch_reach to concord_app, concord_worker;
