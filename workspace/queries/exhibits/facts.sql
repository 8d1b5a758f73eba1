-- An exhibit, if the viewer's keys show it. is_closing: its owner has said that it is closed, and a worker has still to do it.
select e.id, e.operation_id, e.label, e.country, e.kind, e.case_reference, e.custodian, e.seized_by, e.seized_on, e.acquired_hash, e.handling_code, c.sharing, e.received_at,
  e.intake_ended_at, c.agency_id = (select my_agency()) as is_own,
  c.sharing = 'operation' and coalesce((select x.after from exhibit_change x where x.exhibit_id = e.id and x.what = 'sharing'
    order by x.decided_at desc limit 1), '') = 'agency' as is_closing
from exhibit e join compartment c on c.id = e.compartment_id
where e.id = :exhibit
