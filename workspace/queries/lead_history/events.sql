-- A lead's events that the viewer's keys show, the newest first, below a number, with how many there are in all. name: Concord, where a service acted. whom: to whom it was handed,
-- or whose claim ended. reason: what a person wrote, where the viewer may see it.
select e.seq, e.at, e.kind, e.played_by, e.payload, u.id as user_id,
  case when u.is_service then 'Concord' else u.name end as name, u.country, w.name as whom,
  played_by(e.operation_id, w.id) as whom_played_by,
  event_reason(e.kind, e.payload) as reason,
  (select count(*)::int from event where lead_id = :lead) as of
from event e left join user_with_country u on u.id = e.actor_id
left join app_user w on w.id = event_whom(e.kind, e.payload)
where e.lead_id = :lead and (cast(:before as bigint) is null or e.seq < :before) order by e.seq desc limit :most
