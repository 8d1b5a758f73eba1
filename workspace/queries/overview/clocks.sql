-- Times that run out, the nearest first, with how many there are: referrals to be
-- answered, access that ends, the window.
select *, count(*) over () as of from (
  select 'referral_due' as what, r.number, r.to_country as country, r.due_at as at
  from referral r where r.operation_id = :operation and r.state in ('sent', 'acknowledged') and r.due_at is not null
  union all
  select case g.scope when 'pair' then 'pair_access_ends' else 'access_ends' end, null, a.country, g.until from access_grant g join agency a on a.id = g.agency_id
  where g.operation_id = :operation and g.granted and g.ended_at is null and g.until > now()
  union all
  select 'window_closes', null, null, o.closes_at from operation o where o.id = :operation and o.closes_at > now()
) clocks order by at limit :most;
