-- What a new card of a clue begins with: its question's kind, its picture, the place that was marked, and how many faces were found there.
select l.id, l.number, l.operation_id, c.what, c.claim, c.region, e.media_item_id as media, m.kind,
  (select count(*) from face f where f.media_item_id = e.media_item_id and f.at_s is null and f.part = 1) as faces
from lead l join clue c on c.lead_id = l.id left join lead_evidence e on e.lead_id = l.id left join media_item m on m.id = e.media_item_id
where l.id = :lead
