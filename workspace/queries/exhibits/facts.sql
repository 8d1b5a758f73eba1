-- An exhibit, if the viewer's keys show it.
select e.id, e.operation_id, e.label, e.country, e.kind, e.case_reference, e.custodian, e.handling_code, c.sharing, e.received_at,
  e.intake_ended_at, c.agency_id = (select my_agency()) as is_own
from exhibit e join compartment c on c.id = e.compartment_id
where e.id = :exhibit
