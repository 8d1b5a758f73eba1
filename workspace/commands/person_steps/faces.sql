-- The faces of every person of a compartment of whom something was said: whose each is, and whose the machine made it.
with act as (select a.* from person_act a where a.compartment_id = :compartment and a.other_compartment_id is null),
  named as (select face_id as id from act union select other_face_id from act union select unnest(faces) from act),
  home as (select coalesce(f.grouped_as, f.person_id) as id from face f join named on named.id = f.id
           union select person_id from act union select other_id from act)
select f.id, f.person_id, coalesce(f.grouped_as, f.person_id) as home from face f
where f.compartment_id = :compartment and f.person_id is not null
  and (f.grouped_as in (select id from home) or f.grouped_as is null and f.person_id in (select id from home))
order by f.id
