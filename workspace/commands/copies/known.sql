-- Whether a lead of a kind has these two exhibits among its sides.
select exists (
  select 1 from lead_evidence one join lead_evidence other on other.lead_id = one.lead_id and other.exhibit_id = :other
  join lead l on l.id = one.lead_id and l.kind = :kind
  where one.exhibit_id = :one)
