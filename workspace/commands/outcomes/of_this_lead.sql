-- Whether something was stated on this lead about the entry, or about one that was merged with it; or the lead shows a person of it.
select exists (select 1 from outcome o join ledger_entry e on e.id = o.ledger_id
  where o.lead_id = :lead and :ledger in (e.id, e.merged_into))
or exists (select 1 from ledger_person p join lead_evidence s on s.person_id = p.person_id
  where p.ledger_id = :ledger and s.lead_id = :lead)
