-- The exhibits of an operation with their figures, those under way first.
-- The lines are counted without their media, of which nearly all were read; the others are few and found by their state.
with line as materialized (
  select r.exhibit_id, count(*) as received, count(*) filter (where r.refusal is not null) as refused,
    count(*) filter (where r.refusal is null and r.media_item_id is not null) as taken
  from received_file r where r.operation_id = :operation group by r.exhibit_id),
unread as materialized (
  select r.exhibit_id, count(*) filter (where m.state = 'refused') as refused, count(*) filter (where m.state = 'waiting') as waiting
  from media_item m join received_file r on r.media_item_id = m.id and r.refusal is null
  where m.operation_id = :operation and m.state in ('waiting', 'refused') group by r.exhibit_id),
counted as materialized (
  select l.exhibit_id, l.received, l.taken - coalesce(u.refused, 0) - coalesce(u.waiting, 0) as readable, l.refused + coalesce(u.refused, 0) as refused,
    coalesce(u.waiting, 0) as waiting
  from line l left join unread u on u.exhibit_id = l.exhibit_id)
select e.id, e.label, e.country, e.kind, e.case_reference, e.handling_code, c.sharing, e.was_prepared, e.received_at, e.label_key is null as is_double,
  e.intake_ended_at, e.intake_failure, c.agency_id = (select my_agency()) as is_mine,
  coalesce(f.received, 0) as received, coalesce(f.readable, 0) as readable, coalesce(f.refused, 0) as refused,
  coalesce(f.waiting, 0) as waiting
from exhibit e join compartment c on c.id = e.compartment_id left join counted f on f.exhibit_id = e.id
where e.operation_id = :operation
order by (e.intake_ended_at is not null and coalesce(f.waiting, 0) = 0), e.received_at desc, e.label
