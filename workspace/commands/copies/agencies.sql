-- Whose the sides of a lead are.
select distinct c.agency_id from lead_evidence e join compartment c on c.id = e.compartment_id where e.lead_id = :lead
