-- Who plays each member of an exercise, and for how many minutes a person was not seen. A director's own seat is not passed.
select m.user_id, u.name, u.country, m.role, a.kind, played_by(m.operation_id, m.user_id) as played_by,
  case when played_by(m.operation_id, m.user_id) = 'person'
    then cast(floor(extract(epoch from now() - s.seen_at) / 60) as int) end as away_min,
  m.role <> all (:directors) as may_pass
from active_membership m join user_with_country u on u.id = m.user_id join agency a on a.id = u.agency_id
left join exercise_seen(:operation) s on s.user_id = m.user_id
where m.operation_id = :operation and not u.is_service and m.operation_id = any (my_directions())
order by u.country, u.name
