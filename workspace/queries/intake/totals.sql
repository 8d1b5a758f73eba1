-- The figures of all material together: each different content of a compartment once; the faces of a track are one.
select coalesce(sum(number) filter (where what in ('read', 'archive_read')), 0)::int as distinct_items, coalesce(sum(number) filter (where what in ('waiting', 'archive_waiting')), 0)::int as waiting_items,
  coalesce(sum(number) filter (where what = 'partly'), 0)::int as partly_read, coalesce(sum(number) filter (where what = 'archive_read'), 0)::int as archives,
  coalesce(sum(number) filter (where what = 'faces'), 0)::int as faces, coalesce(sum(number) filter (where what = 'with_faces'), 0)::int as with_faces
from material_count where operation_id = :operation and subject is null
