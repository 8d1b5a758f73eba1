-- The sides of the leads of a face: a face in a file and its group, or an entry of a register.
select e.lead_id, case when e.register_entry_id is null then e.person_id end as group_id, e.media_item_id as media_id,
  e.register_entry_id as entry_id
from lead_evidence e join lead l on l.id = e.lead_id
where e.operation_id = :operation and l.kind = any (:kinds) order by e.lead_id, e.side;
