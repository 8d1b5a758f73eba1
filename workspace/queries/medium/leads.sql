-- The leads on which a medium, or a face in it, stands as evidence.
select l.id, l.number, l.kind, l.stage from lead l
where l.id in (select e.lead_id from lead_evidence e where e.media_item_id = :medium)
order by l.number
