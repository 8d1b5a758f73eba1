-- The entries of the truth, and whether one of their portraits was read and shows a face.
select t.number, t.identity, e.id as entry_id, exists (select 1 from face f where f.register_entry_id = e.id) as has_face
from exercise_entry t left join lateral (
  select r.id from register_entry r where r.operation_id = t.operation_id and r.number = t.number order by r.created_at, r.id limit 1) e on true
where t.operation_id = :operation;
