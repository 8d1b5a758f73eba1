-- The media in which a clue is seen besides that of its side, as far as the viewer opens them, in the order in which they were added.
select c.id, c.media_item_id as media, m.kind, a.country, coalesce(x.label, '') as exhibit, c.added_at, c.box, c.at_s, c.until_s, m.width, m.height,
  array[c.compartment_id] = c.locks as lies_with_clue, u.id as user_id, u.name,
  u.country as user_country, c.played_by, u.agency_id = (select my_agency()) as is_ours, count(*) over ()::int as of
from clue_medium c join media_item m on m.id = c.media_item_id join compartment k on k.id = m.compartment_id join agency a on a.id = k.agency_id
join user_with_country u on u.id = c.added_by left join exhibit x on x.id = first_exhibit(m.id)
where c.lead_id = :lead and c.removed_at is null order by c.added_at, m.captured_at, c.id limit :most
