-- An edition with its operation, the head of the log, and who asked for it.
select e.operation_id, e.number, e.kind, e.as_of, o.code_name, o.is_exercise, o.handling_code, o.tlp, o.opens_at, o.closes_at,
  o.time_zone, o.suppression_threshold, c.last_seq, c.last_hash, u.country, m.role,
  coalesce((select jsonb_array_length(k.settled) from record_check k where k.operation_id = o.id), 0) as settled_differences
from edition e join operation o on o.id = e.operation_id join chain c on c.operation_id = o.id
join user_with_country u on u.id = e.drawn_up_by
left join membership m on m.operation_id = o.id and m.user_id = u.id
where e.id = :edition;
