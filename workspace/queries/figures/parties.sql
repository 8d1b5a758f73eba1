-- Countries that accepted the terms, agencies that did anything, and people who did anything within the window.
with acted as (
  select e.actor_id, u.agency_id, bool_or(e.at between o.opens_at and o.closes_at) as in_window
  from event e join app_user u on u.id = e.actor_id and not u.is_service join operation o on o.id = e.operation_id
  where e.operation_id = :operation group by 1, 2)
select (select count(*) from participation where operation_id = :operation and accepted_at is not null) as countries,
  (select count(distinct agency_id) from acted) as agencies,
  (select count(*) from acted where in_window) as experts;
