-- An exhibit, if the viewer's keys show it. is_closing: its owner has said that it is closed, and a worker has still to do it, or is at it:
-- then moved of moving files have moved.
select e.id, e.operation_id, e.label, e.country, e.kind, e.case_reference, e.custodian, e.seized_by, e.seized_on, e.acquired_hash, e.handling_code, c.sharing, e.received_at,
  e.intake_ended_at, c.agency_id = (select my_agency()) as is_own,
  g.files is not null or c.sharing = 'operation' and coalesce((select x.after from exhibit_change x where x.exhibit_id = e.id
    and x.what = 'sharing' order by x.decided_at desc limit 1), '') = 'agency' as is_closing,
  g.files as moving, case when g.files is not null then (
    select count(*) from received_file f where f.exhibit_id = e.id and f.compartment_id = g.lock_id) end as moved
from exhibit e join compartment c on c.id = e.compartment_id left join closing g on g.exhibit_id = e.id
where e.id = :exhibit
