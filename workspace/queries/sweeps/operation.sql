-- The media of an operation that were looked at again, and how many are still to be: of the countries that let faces be looked for, if the
-- operation has it done. What was written is added up; what is read anew after a sweep is counted as swept.
with figure as materialized (
  select k.compartment_id, coalesce(sum(k.number) filter (where k.what = 'swept'), 0) as swept,
    coalesce(sum(k.number) filter (where k.what = 'to_sweep'), 0) as to_sweep, coalesce(sum(k.number) filter (where k.what = 'swept_partly'), 0) as partly,
    coalesce(sum(k.number) filter (where k.what = 'swept_faces'), 0) as faces, coalesce(sum(k.number) filter (where k.what = 'swept_bettered'), 0) as bettered
  from material_count k where k.operation_id = :operation and k.subject is null group by k.compartment_id)
select coalesce(sum(f.swept), 0)::int as swept, coalesce(sum(f.partly), 0)::int as partly, coalesce(sum(f.faces), 0)::int as faces,
  coalesce(sum(f.bettered), 0)::int as bettered,
  coalesce(sum(greatest(f.to_sweep - f.swept, 0)) filter (where o.sweeps and o.state <> 'closed' and p.face_recognition), 0)::int as waits
from operation o left join figure f on true
left join compartment_with_agency c on c.id = f.compartment_id left join participation p on p.operation_id = o.id and p.country = c.country
where o.id = :operation
