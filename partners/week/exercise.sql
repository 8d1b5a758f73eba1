-- How the exercise is played, and for how many seconds no person has been there.
select e.seed, e.pace, e.is_paused, e.steps, e.revealed_at is not null as is_revealed, o.state,
  (select extract(epoch from now() - max(least(coalesce(s.ended_at, s.expires_at), s.expires_at, s.seen_at + :idle)))
   from session s join membership m on m.user_id = s.user_id
   where m.operation_id = e.operation_id and s.played_by = 'person' and s.created_at > e.begun_at) as alone_s
from exercise e join operation o on o.id = e.operation_id where e.operation_id = :operation
