-- Up to when each country accepted the window; whether it is asked for a longer one, and whether its own has ended.
select p.country, p.accepted_until, p.accepted_until < o.closes_at as is_asked,
  p.accepted_until < least(o.closes_at, now()) as has_ended
from participation p join operation o on o.id = p.operation_id
where p.operation_id = :operation and p.accepted_at is not null and p.accepted_until is not null
order by p.country
