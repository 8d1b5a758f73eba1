-- The sides of a lead with what the truth knows them by: the number of a register's entry, or the file on its device.
select l.operation_id, l.kind, e.side, e.face_id, e.person_id, e.media_item_id, n.identity as entry_identity, r.number as entry,
  (select min(x.label || '/' || f.path) from received_file f join exhibit x on x.id = f.exhibit_id
   where f.media_item_id = e.media_item_id) as file
from lead l join lead_evidence e on e.lead_id = l.id left join register_entry r on r.id = e.register_entry_id
left join exercise_entry n on n.operation_id = l.operation_id and n.number = r.number
where l.id = :lead order by e.side
