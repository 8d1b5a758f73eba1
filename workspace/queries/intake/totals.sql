-- The figures of all material together: each different content of a compartment once; the faces of a track are one.
select count(*) filter (where m.state = 'read') as distinct_items, count(*) filter (where m.state = 'waiting') as waiting_items,
  count(*) filter (where m.state = 'read' and m.unseen <> '{}' and m.unseen <> '{known}')::int as partly_read,
  count(*) filter (where m.state = 'read' and m.kind = 'archive')::int as archives,
  coalesce(sum(f.faces), 0)::int as faces, count(f.faces)::int as with_faces
from media_item m left join (select media_item_id, count(*) filter (where track_id is null) + count(distinct track_id) as faces from face where operation_id = :operation group by 1) f
  on f.media_item_id = m.id
where m.operation_id = :operation and m.register_entry_id is null
