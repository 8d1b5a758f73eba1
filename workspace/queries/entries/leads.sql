-- The leads of an entry that the viewer sees.
select l.id, l.number, l.kind, l.stage, l.countries, l.basis_ended
from lead_evidence v join lead l on l.id = v.lead_id where v.register_entry_id = :entry order by l.number
