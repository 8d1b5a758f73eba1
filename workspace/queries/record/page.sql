-- Events below a number, newest first, as far as the viewer's keys show them. What a service did, Concord did.
select e.seq, e.at, e.kind, e.played_by, e.payload, e.lead_id, l.number as lead_number,
  case when u.is_service then 'Concord' else u.name end as name, a.country, w.name as whom,
  played_by(e.operation_id, w.id) as whom_played_by, event_reason(e.kind, e.payload) as reason
from event e left join app_user u on u.id = e.actor_id left join agency a on a.id = u.agency_id
left join lead l on l.id = e.lead_id left join app_user w on w.id = event_whom(e.kind, e.payload)
where e.operation_id = :operation and (cast(:before as bigint) is null or e.seq < :before)
order by e.seq desc limit :page
