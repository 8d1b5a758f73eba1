-- What came by one click of an exercise (app.exercises_only) reaches exercises alone: in a real operation its person is no member,
-- and in the installation no administrator. Each function that says where somebody belongs asks reachable().
create function exercises_only() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.exercises_only', true), '') = 'on' $$;
create function exercises() returns int[] language sql stable security definer parallel safe set search_path = public
  as $$ select coalesce(array_agg(o.id), '{}') from operation o where o.is_exercise $$;
create function reachable(p_operation int) returns boolean language sql stable security definer parallel safe set search_path = public
  as $$ select not exercises_only() or exists (select 1 from operation o where o.id = p_operation and o.is_exercise) $$;

create function holds_now(m membership) returns boolean language sql stable parallel safe
  -- Whether a membership holds now. It does not ask whether the account is disabled.
  as $$ select m.ends_at is null or m.ends_at > now() $$;

drop function act_as(int);
create function act_as(p_user int, p_exercises_only boolean default false) returns json language sql volatile
  -- Sets the viewer for this transaction, and how far the session reaches, and says who it is, in one round trip.
  as $$ select set_config('app.user_id', coalesce(p_user::text, ''), true),
               set_config('app.exercises_only', case when p_exercises_only then 'on' else '' end, true);
        select actor_facts() $$;

-- As they stood, and within reach.
create or replace function my_memberships() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations I belong to, terms accepted or not: enough to read and accept them. A service user belongs to all, without a key.
  as $$ select array(
          select m.operation_id from membership m join app_user u on u.id = m.user_id
          where m.user_id = my_id() and u.disabled_at is null and holds_now(m) and reachable(m.operation_id)
          union
          select o.id from operation o cross join app_user s where s.id = my_id() and s.is_service) $$;

create or replace function my_operations() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations whose terms my country has accepted.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m
        join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
        join participation p on p.operation_id = m.operation_id and p.country = a.country and p.accepted_at is not null
        where m.user_id = my_id() and u.disabled_at is null and holds_now(m) and reachable(m.operation_id) and m.role <> 'recipient' $$;

create or replace function my_met() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations I belong to in which I am no newcomer. Service users: all.
  as $$ select array(
          select m.operation_id from membership m join app_user u on u.id = m.user_id
          where m.user_id = my_id() and u.disabled_at is null and m.standing <> 'newcomer' and holds_now(m) and reachable(m.operation_id)
          union
          select o.id from operation o cross join app_user s where s.id = my_id() and s.is_service) $$;

create or replace function my_audits() returns int[] language sql stable security definer parallel safe set search_path = public
  -- Operations whose whole record I may read (ids and small values, never content): observers whom somebody has met.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role = 'observer' and m.standing <> 'newcomer'
          and holds_now(m) and reachable(m.operation_id) $$;

create or replace function my_leaderships() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The operations that I lead.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role = 'operation_lead'
          and holds_now(m) and reachable(m.operation_id) $$;

create or replace function my_administrations() returns int[] language sql stable security definer parallel safe set search_path = public
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role in ('administrator', 'operation_lead', 'country_lead')
          and m.standing <> 'newcomer' and holds_now(m) and reachable(m.operation_id) $$;

create or replace function is_house_admin() returns boolean language sql stable security definer parallel safe set search_path = public
  as $$ select coalesce((select u.is_house_admin and u.disabled_at is null and not exercises_only() from app_user u where u.id = my_id()), false) $$;

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
        where m.user_id = my_id() and holds_now(m) and reachable(m.operation_id)
          and m.role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst')
          and (c.agency_id = u.agency_id
               or m.standing <> 'newcomer' and (
                 c.sharing = 'operation' and (owner.country = mine.country or theirs.accepted_until >= least(o.closes_at, now()))
                 or exists (select 1 from access_grant g where g.compartment_id = c.id and g.agency_id = u.agency_id
                            and g.granted and g.ended_at is null and g.until > now()))) $$;

create or replace function actor_facts() returns json language sql stable security definer set search_path = public
  as $$ select json_build_object('id', u.id, 'name', u.name, 'agency_id', u.agency_id, 'country', a.country,
               'is_service', u.is_service, 'is_house_admin', u.is_house_admin and not exercises_only(), 'now', now(),
               'roles', (select coalesce(json_object_agg(m.operation_id, m.role), '{}') from membership m
                         where m.user_id = u.id and holds_now(m) and reachable(m.operation_id)),
               'newcomer_in', (select coalesce(json_agg(m.operation_id), '[]') from membership m
                         where m.user_id = u.id and m.standing = 'newcomer' and holds_now(m) and reachable(m.operation_id)))
        from app_user u join agency a on a.id = u.agency_id where u.id = my_id() and u.disabled_at is null $$;

-- A token that was made in a one-click session reaches no further than that session.
alter table api_token add column exercises_only boolean not null default false;
alter table api_token alter column exercises_only set default exercises_only();
create policy within_reach on api_token as restrictive for insert to concord_app with check (exercises_only or not (select exercises_only()));

create or replace function my_directions() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The exercises that I direct.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null join exercise e on e.operation_id = m.operation_id
        where m.user_id = my_id() and m.role = 'director' and holds_now(m) and reachable(m.operation_id) $$;

create or replace function my_keys_digest(p_operation int) returns text language sql stable security definer parallel safe set search_path = public
  -- A digest of what the viewer may open in this operation: when it changes, a client takes a fresh snapshot. It is the same for a
  -- session that reaches exercises alone, and for the socket that answers several sessions at once.
  as $$ select md5(p_operation::text || ':' || (select coalesce(array_agg(c.id order by c.id), '{}') from compartment c
          where c.operation_id = p_operation and c.id = any ((select my_keys())::int[]))::text) $$;

-- What is one's own or one's agency's, whatever the membership, stays out of reach as well.
do $$
declare t text;
begin
  foreach t in array array['outcome', 'ledger_entry', 'access_grant', 'referral', 'face_search', 'sight', 'job', 'membership',
                           'vouch_code', 'exercise_seat', 'debrief_opinion', 'assessment', 'event', 'consent', 'window_change'] loop
    execute format('create policy within_reach on %I as restrictive to concord_app '
                   'using ((select not exercises_only()) or operation_id = 0 or operation_id = any ((select exercises())::int[]))', t);
  end loop;
end $$;
create policy within_reach on draft as restrictive to concord_app
  using ((select not exercises_only()) or exists (select 1 from lead l where l.id = lead_id));

revoke execute on function exercises, reachable, holds_now, exercises_only, act_as from public;
grant execute on function exercises, reachable, holds_now, exercises_only, act_as to concord_app, concord_worker;
