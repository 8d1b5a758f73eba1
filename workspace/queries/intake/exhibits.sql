-- The exhibits of an operation with their figures, those under way first.
with counted as materialized (
  select r.exhibit_id, count(*) as received, count(*) filter (where r.refusal is null and m.state = 'read') as readable,
    count(*) filter (where r.refusal is not null or m.state = 'refused') as refused,
    count(*) filter (where r.refusal is null and m.state = 'waiting') as waiting
  from received_file r left join media_item m on m.id = r.media_item_id
  where r.operation_id = :operation group by r.exhibit_id)
select e.id, e.label, e.country, e.kind, e.case_reference, e.handling_code, c.sharing, e.was_prepared, e.received_at, e.label_key is null as is_double,
  e.intake_ended_at, e.intake_failure, c.agency_id = (select my_agency()) as is_mine,
  coalesce(f.received, 0) as received, coalesce(f.readable, 0) as readable, coalesce(f.refused, 0) as refused,
  coalesce(f.waiting, 0) as waiting
from exhibit e join compartment c on c.id = e.compartment_id left join counted f on f.exhibit_id = e.id
where e.operation_id = :operation
order by (e.intake_ended_at is not null and coalesce(f.waiting, 0) = 0), e.received_at desc, e.label
