-- A grant of a pair is no key.
create or replace function my_keys() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The compartments I may open: shared by a country that accepted, my own agency's, or opened to it whole for a time.
  -- What a country shares opens to others up to the end of the window that this country accepted; where the window ends
  -- no later than that, it stays open in the follow-up. A newcomer opens the own agency's alone. Observers, administrators and
  -- recipients hold none.
  as $$ select coalesce(array_agg(c.id order by c.id), '{}')
        from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null
        join agency mine on mine.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = mine.country and p.accepted_at is not null
        join operation o on o.id = m.operation_id
        join compartment c on c.operation_id = m.operation_id
        join agency owner on owner.id = c.agency_id
        left join participation theirs on theirs.operation_id = c.operation_id and theirs.country = owner.country
        where m.user_id = my_id() and holds_now(m) and reachable(m.operation_id)
          and m.role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst')
          and (c.agency_id = u.agency_id
               or m.standing <> 'newcomer' and (
                 c.sharing = 'operation' and (owner.country = mine.country or theirs.accepted_until >= least(o.closes_at, now()))
                 or exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                            and g.scope = 'exhibit' and g.granted and g.ended_at is null and g.until > now()))) $$;
