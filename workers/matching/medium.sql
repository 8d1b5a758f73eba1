-- One medium with its owner, the exhibit that it came with first, the persons in it, and whether lists of known material may name it.
select m.*, (select i.pdq_inner from media_item i where i.id = m.id) as pdq_inner,
  (select array_agg(distinct f.person_id) from face f where f.media_item_id = m.id and f.person_id is not null) as persons,
  exists (select 1 from known_list l where l.operation_id = m.operation_id and l.removed_at is null) as has_lists
from medium_with_owner m
where m.id = :media
