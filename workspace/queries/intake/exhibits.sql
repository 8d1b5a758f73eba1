-- The exhibits of an operation with their figures, those under way first. The lines are not counted here: what was written is added up.
with counted as materialized (
  select subject, sum(number) as received, coalesce(sum(number) filter (where what = 'line_read'), 0) as readable,
    coalesce(sum(number) filter (where what = 'line_refused'), 0) as refused, coalesce(sum(number) filter (where what = 'line_waiting'), 0) as waiting
  from material_count where operation_id = :operation and subject is not null and what like 'line%' group by subject)
select e.id, e.label, e.country, e.kind, e.case_reference, e.handling_code, c.sharing, e.was_prepared, e.received_at, e.label_key is null as is_double,
  e.intake_ended_at, e.intake_failure, c.agency_id = (select my_agency()) as is_mine,
  coalesce(f.received, 0) as received, coalesce(f.readable, 0) as readable, coalesce(f.refused, 0) as refused,
  coalesce(f.waiting, 0) as waiting
from exhibit e join compartment c on c.id = e.compartment_id left join counted f on f.subject = e.id
where e.operation_id = :operation
order by (e.intake_ended_at is not null and coalesce(f.waiting, 0) = 0), e.received_at desc, e.label
