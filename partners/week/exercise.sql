-- How the exercise is played, for how many seconds no person has been there, its members, of whom a partner plays the seat now, and what
-- the director put into it and is due, in its order. One statement, because it is asked all the time.
select e.seed, e.pace, e.is_paused, e.steps, e.revealed_at is not null as is_revealed, o.state,
  (select extract(epoch from now() - max(least(coalesce(s.ended_at, s.expires_at), s.expires_at, s.seen_at + :idle)))
   from session s join membership m on m.user_id = s.user_id
   where m.operation_id = e.operation_id and s.played_by = 'person' and s.created_at > e.begun_at) as alone_s,
  (select json_agg(json_build_object('user_id', u.id, 'name', u.name, 'role', m.role, 'country', a.country, 'agency_id', a.id, 'kind', a.kind,
      'is_partner', coalesce(s.played_by = 'partner', false)) order by u.id)
   from membership m join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
   left join exercise_seat s on s.operation_id = m.operation_id and s.user_id = m.user_id
   where m.operation_id = e.operation_id and u.disabled_at is null and (m.ends_at is null or m.ends_at > now())) as members,
  (select json_agg(json_build_object('id', i.id, 'kind', i.kind) order by i.due_at, i.id)
   from exercise_injection i where i.operation_id = e.operation_id and i.landed_at is null and i.due_at <= now()) as injections
from exercise e join operation o on o.id = e.operation_id where e.operation_id = :operation
