-- The chosen medium or face, as far as the viewer may see it: whether it can be compared, and whether it is the viewer's agency's own.
select t.is_comparable, c.agency_id = (select my_agency()) as is_own
from (
  select m.compartment_id, m.pdq is not null as is_comparable from media_item m
    where m.id = cast(:medium as uuid) and m.operation_id = :operation and m.register_entry_id is null
  union all
  select f.compartment_id, f.embedding is not null from face f
    where f.id = cast(:face as uuid) and f.operation_id = :operation and f.register_entry_id is null and f.taken_away_as is null) t
join compartment c on c.id = t.compartment_id
where t.compartment_id = any ((select gallery_keys(:operation, null))::int[])
