-- Other leads that show a person whom a lead of the entry shows, unless examiners rejected that one; as far as the viewer sees both.
select distinct l.id, l.number, l.kind, l.stage, l.countries, p.number as person
from lead_evidence v join lead near on near.id = v.lead_id and near.stage <> 'rejected'
join lead_evidence o on o.lead_id = near.id and o.side <> v.side join person p on p.id = o.person_id
join lead_evidence far on far.person_id = p.id join lead l on l.id = far.lead_id
where v.register_entry_id = :entry and not exists (
  select 1 from lead_evidence mine where mine.lead_id = l.id and mine.register_entry_id = :entry)
order by l.number
