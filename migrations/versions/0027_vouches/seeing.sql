create function my_met() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations I belong to in which I am no newcomer. Service users: all.
  as $$ select array(
          select m.operation_id from membership m join app_user u on u.id = m.user_id
          where m.user_id = my_id() and u.disabled_at is null and m.standing <> 'newcomer' and (m.ends_at is null or m.ends_at > now())
          union
          select o.id from operation o cross join app_user s where s.id = my_id() and s.is_service) $$;

create or replace function actor_facts() returns json language sql stable security definer set search_path = public
  as $$ select json_build_object('id', u.id, 'name', u.name, 'agency_id', u.agency_id, 'country', a.country,
               'is_service', u.is_service, 'is_house_admin', u.is_house_admin, 'now', now(),
               'roles', (select coalesce(json_object_agg(m.operation_id, m.role), '{}') from membership m
                         where m.user_id = u.id and (m.ends_at is null or m.ends_at > now())),
               'newcomer_in', (select coalesce(json_agg(m.operation_id), '[]') from membership m
                         where m.user_id = u.id and m.standing = 'newcomer' and (m.ends_at is null or m.ends_at > now())))
        from app_user u join agency a on a.id = u.agency_id where u.id = my_id() and u.disabled_at is null $$;

create or replace function my_audits() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations whose whole record I may read (ids and small values, never content): observers whom somebody has met.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role = 'observer' and m.standing <> 'newcomer'
          and (m.ends_at is null or m.ends_at > now()) $$;

create or replace function my_administrations() returns int[] language sql stable security definer parallel safe set search_path = public
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role in ('administrator', 'operation_lead', 'country_lead')
          and m.standing <> 'newcomer' and (m.ends_at is null or m.ends_at > now()) $$;

create or replace function my_keys() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The compartments I may open: shared by a country that accepted, my own agency's, or granted to it for a time.
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
        where m.user_id = my_id() and (m.ends_at is null or m.ends_at > now())
          and m.role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst')
          and (c.agency_id = u.agency_id
               or m.standing <> 'newcomer' and (
                 c.sharing = 'operation' and (owner.country = mine.country or theirs.accepted_until >= least(o.closes_at, now()))
                 or exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                            and g.granted and g.ended_at is null and g.until > now()))) $$;

create or replace function keys_digests(p_operation int, p_users int[]) returns table (user_id int, digest text)
  language plpgsql volatile security definer set search_path = public
-- What each of these people may open, as a digest, in one round trip: people with the same digest get the same answer. Keys depend
-- on agency, memberships and standing alone, so that one person of each kind is asked for all of them. Afterwards no viewer is set.
as $$ declare v_kind record; v_digest text; begin
  for v_kind in
    select min(k.id) as one, array_agg(k.id) as everyone from (
      select u.id, u.agency_id, (select string_agg(m.operation_id || m.role || (m.standing = 'newcomer'), ',' order by m.operation_id)
        from membership m where m.user_id = u.id and (m.ends_at is null or m.ends_at > now())) as parts
      from app_user u where u.id = any (p_users) and u.disabled_at is null) k group by k.agency_id, k.parts
  loop
    perform set_config('app.user_id', v_kind.one::text, true);
    if p_operation = any (my_operations()) then
      v_digest := my_keys_digest(p_operation);
      return query select e, v_digest from unnest(v_kind.everyone) as e;
    end if;
  end loop;
  perform set_config('app.user_id', '', true);
end $$;

-- A referral reaches its agency's people once somebody has met them.
drop policy parties on referral;
create policy parties on referral to concord_app
  using (locks && (select my_keys()) or (to_agency_id = (select my_agency()) and state not in ('drafted', 'withdrawn')
         and operation_id = any ((select my_met())::int[])))
  with check (locks && (select my_keys()) or to_agency_id = (select my_agency()));

alter table vouch enable row level security;
alter table vouch_code enable row level security;
create policy worker_all on vouch to concord_worker using (true) with check (true);
create policy worker_all on vouch_code to concord_worker using (true) with check (true);
create policy members on vouch for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy own on vouch for insert to concord_app
  with check (voucher_id = (select my_id()) and operation_id = any ((select my_memberships())::int[]));
create policy withdrawn on vouch for update to concord_app using (operation_id = any ((select my_memberships())::int[]))
  with check (withdrawn_by = (select my_id()));
create policy own on vouch_code to concord_app using (user_id = (select my_id()))
  with check (user_id = (select my_id()) and operation_id = any ((select my_memberships())::int[]));
grant select, insert, update on vouch, vouch_code to concord_worker;
grant select, insert on vouch to concord_app;
grant update (withdrawn_at, withdrawn_by) on vouch to concord_app;
grant select (operation_id, user_id, expires_at, tries), insert, update on vouch_code to concord_app;
-- A standing follows from vouches: people do not write it. Whoever makes an operation is the first of its people.
create policy as_newcomers on membership as restrictive for insert to concord_app
  with check (standing = 'newcomer' or user_id = (select my_id()) and (select is_house_admin()));
revoke update on membership from concord_app;
grant update (role, training, ends_at, invited_by) on membership to concord_app;

revoke execute on function settle_standings, are_independent, try_vouch_code, my_met from public;
grant execute on function settle_standings, are_independent, try_vouch_code, my_met to concord_app, concord_worker;
