-- One exhibit with its figures.
select e.id, e.label, e.country, e.kind, e.case_reference, e.handling_code, c.sharing, e.was_prepared, e.received_at, e.label_key is null as is_double,
  e.intake_ended_at, e.intake_failure, c.agency_id = (select my_agency()) as is_mine, f.received, f.readable, f.refused, f.waiting,
  known_elsewhere(array[e.id]) as known_elsewhere
from exhibit e join compartment c on c.id = e.compartment_id
cross join lateral (
  select count(*) as received, count(*) filter (where r.refusal is null and m.state = 'read') as readable,
    count(*) filter (where r.refusal is not null or m.state = 'refused') as refused,
    count(*) filter (where r.refusal is null and m.state = 'waiting') as waiting
  from received_file r left join media_item m on m.id = r.media_item_id where r.exhibit_id = e.id) f
where e.id = :exhibit
