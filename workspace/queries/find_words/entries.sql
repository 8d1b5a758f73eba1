-- Entries of registers whose number holds the words, with one of their leads and the best portrait; with how many there are.
select n.number as label, r.name as detail, (select e.lead_id from lead_evidence e where e.register_entry_id = n.id limit 1) as lead_id,
  (select f.id from face f where f.register_entry_id = n.id order by f.quality desc, f.id limit 1) as face_id,
  count(*) over () as of
from register_entry n join register r on r.id = n.register_id
where n.operation_id = :operation and n.find_key like :like order by n.number limit :most
