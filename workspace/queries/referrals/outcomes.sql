-- What was stated on a referral, in the order in which it came, with the entry of the ledger that each statement is about.
select o.id, o.stage, o.authority_reference, o.stated_on, o.place_country, o.recorded_at, o.revoked_at, o.revoked_reason,
  o.statement_id, o.early_reason,
  o.ledger_id, coalesce(e.of_lead = o.lead_id, false) as is_leads_own, e.kind, coalesce(counts.number, e.number) as ledger_number, e.is_depicted, o.age_band, o.sex, o.stated_by_agency_id = (select my_agency()) as is_ours
from outcome o join ledger_entry e on e.id = o.ledger_id left join ledger_entry counts on counts.id = e.merged_into
where o.referral_id = :id order by o.recorded_at, o.statement_id, e.number
