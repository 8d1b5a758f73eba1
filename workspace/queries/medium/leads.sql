-- The leads on which a medium, or a face in it, stands as evidence, and the clues that are seen in it.
select l.id, l.number, l.kind, l.stage from lead l
where l.id in (select e.lead_id from lead_evidence e where e.media_item_id = :medium)
  or l.id in (select c.lead_id from clue_medium c where c.media_item_id = :medium and c.removed_at is null)
order by l.number
