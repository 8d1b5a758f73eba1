-- One medium with its owner, the exhibit that it came with first, and the persons in it.
select m.*, (select i.pdq_inner from media_item i where i.id = m.id) as pdq_inner,
  (select array_agg(distinct f.person_id) from face f where f.media_item_id = m.id and f.person_id is not null) as persons
from medium_with_owner m
where m.id = :media
