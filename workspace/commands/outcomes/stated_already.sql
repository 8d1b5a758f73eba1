-- Whether this agency has stated this stage of the entry, or of one that was merged into it, on this lead.
select exists (select 1 from outcome o join ledger_entry e on e.id = o.ledger_id
where o.lead_id = :lead and :ledger in (e.id, e.merged_into) and o.stage = :stage
  and o.stated_by_agency_id = :agency and o.revoked_at is null)
