-- The leads of a person that the viewer sees, with the entry of a register that one compares it with, and what was stated of the child.
select distinct on (l.number) l.id, l.number, l.kind, l.stage, l.countries, l.basis_ended, n.id as entry_id, n.number as entry_number,
  (select s.stage from visible_standing(:operation, cast(:stages as text[])) s where s.lead_id = l.id
   order by array_position(cast(:stages as text[]), s.stage) limit 1) as standing
from lead_evidence v join lead l on l.id = v.lead_id
left join lead_evidence o on o.lead_id = l.id and o.side <> v.side and o.register_entry_id is not null
left join register_entry n on n.id = o.register_entry_id
where v.person_id = any (cast(:persons as uuid[])) order by l.number
