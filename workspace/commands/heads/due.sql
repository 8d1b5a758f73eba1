-- The operations whose last head is of an earlier day of theirs, and that have recorded anything since but heads.
select o.id from operation o
left join lateral (select seq, signed_at from signed_head where operation_id = o.id order by seq desc limit 1) h on true
join lateral (select at from event where operation_id = o.id and seq = 1) first on true
where (coalesce(h.signed_at, first.at) at time zone o.time_zone)::date < (now() at time zone o.time_zone)::date
  and exists (select 1 from event e where e.operation_id = o.id and e.seq > coalesce(h.seq, 0)
              and e.kind not in ('head:signed', 'head:taken'))
order by o.id
