-- The events of a series that the viewer's keys show, the newest first, with how many there are.
select e.seq, e.at, e.kind, e.payload, e.played_by, u.id as user_id, case when u.is_service then 'Concord' else u.name end as name, u.country,
  w.name as whom, count(*) over ()::int as of
from event e left join user_with_country u on u.id = e.actor_id left join app_user w on w.id = event_whom(e.kind, e.payload)
where e.operation_id = :operation and e.payload ? 'series' and e.payload ->> 'series' = cast(:series as text)
order by e.seq desc limit :most
