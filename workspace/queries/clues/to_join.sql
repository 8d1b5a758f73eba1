-- The clues of an operation that go on and are not seen in this medium yet: the viewer's own first, then the newest.
select l.id, l.number, c.what, c.claim, c.opened_by = (select my_id()) as is_mine, count(*) over ()::int as of
from clue c join lead l on l.id = c.lead_id
where c.operation_id = :operation and l.stage <> all (cast(:ended as text[]))
  and not exists (select 1 from lead_evidence e where e.lead_id = l.id and e.media_item_id = :media)
  and not exists (select 1 from clue_medium s where s.lead_id = l.id and s.media_item_id = :media and s.removed_at is null)
order by c.opened_by = (select my_id()) desc, l.number desc limit :most
