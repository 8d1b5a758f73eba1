-- What a new card of a clue begins with: its question's kind, its picture or that of a further medium, the place that was marked there, and
-- how many faces were found in it.
select l.id, l.number, l.operation_id, c.what, c.claim, case when f.id is null then c.region else f.box end as box, m.id as media, m.kind,
  f.media_item_id as further,
  (select count(*) from face d where d.media_item_id = m.id and d.at_s is null and d.part = 1) as faces
from lead l join clue c on c.lead_id = l.id left join lead_evidence e on e.lead_id = l.id
left join clue_medium f on f.lead_id = l.id and f.media_item_id = cast(:media as uuid) and f.removed_at is null
  and array[f.compartment_id] = l.locks
left join media_item m on m.id = coalesce(f.media_item_id, e.media_item_id)
where l.id = :lead and (cast(:media as uuid) is null or f.id is not null)
