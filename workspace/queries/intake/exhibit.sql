-- One exhibit with its figures.
select e.id, e.label, e.country, e.kind, e.case_reference, e.handling_code, c.sharing, e.was_prepared, e.received_at, e.label_key is null as is_double,
  e.intake_ended_at, e.intake_failure, c.agency_id = (select my_agency()) as is_mine, f.received, f.readable, f.refused, f.waiting,
  known_elsewhere(array[e.id]) as known_elsewhere
from exhibit e join compartment c on c.id = e.compartment_id
cross join lateral (
  select coalesce(sum(number), 0) as received, coalesce(sum(number) filter (where what = 'line_read'), 0) as readable,
    coalesce(sum(number) filter (where what = 'line_refused'), 0) as refused, coalesce(sum(number) filter (where what = 'line_waiting'), 0) as waiting
  from material_count k where k.subject = e.id and k.what like 'line%') f
where e.id = :exhibit
