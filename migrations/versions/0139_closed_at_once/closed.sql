create or replace function my_closed() returns int[] language plpgsql stable security definer parallel safe set search_path = public as $$
-- The compartments of countries that have not opened to mine, which joined after they had accepted: whatever touches one of them does
-- not exist for me, also where a lead has a side of my own. What was granted to my agency is open. Where nobody joined later there is
-- none, which is asked first: to begin the whole question takes the database five times as long, and row-level security asks in every
-- statement.
begin
  if not exists (select 1 from membership m join participation p on p.operation_id = m.operation_id
                 where m.user_id = my_id() and p.joined_version > 1) then
    return '{}';
  end if;
  return (select coalesce(array_agg(c.id order by c.id), '{}')
          from membership m
          join app_user u on u.id = m.user_id and u.disabled_at is null
          join agency mine on mine.id = u.agency_id
          join participation p on p.operation_id = m.operation_id and p.country = mine.country and p.joined_version > 1
          join compartment c on c.operation_id = m.operation_id
          join agency owner on owner.id = c.agency_id and owner.country <> mine.country
          join participation theirs on theirs.operation_id = c.operation_id and theirs.country = owner.country
          where m.user_id = my_id() and holds_now(m) and reachable(m.operation_id) and not opens_to(theirs, p)
            and not exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                            and g.scope = 'exhibit' and g.granted and g.ended_at is null and g.until > now()));
end $$;
