-- Who looks at which lead, or writes about it, as far as the viewer holds a key to the lead.
select p.lead_id, p.user_id, p.mode, u.name, u.country,
  played_by(p.operation_id, p.user_id) as played_by from presence p join user_with_country u on u.id = p.user_id
where p.operation_id = :operation and p.seen_at > now() - make_interval(secs => :stale) order by u.name
