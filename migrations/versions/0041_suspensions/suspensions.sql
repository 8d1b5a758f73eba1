create table suspension (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  reason text not null check (reason <> ''),
  suspended_by int not null references app_user,
  suspended_at timestamptz not null default now(),
  until timestamptz not null,
  ended_at timestamptz,
  check (suspended_by <> user_id),
  check (until > suspended_at and until <= suspended_at + interval '24 hours'));
create index ix_suspension_member on suspension (operation_id, user_id);
create index ix_suspension_runs on suspension (until) where ended_at is null;
alter table membership add column suspended_until timestamptz;
alter table removal add column is_compromised boolean not null default false;

alter table suspension enable row level security;
create policy worker_all on suspension to concord_worker using (true) with check (true);
-- The person, their country, observers and whoever has charge of members read why.
create policy who_it_concerns on suspension for select to concord_app using (
  user_id = (select my_id()) or operation_id = any ((select my_administrations())::int[]) or operation_id = any ((select my_audits())::int[])
  or operation_id = any ((select my_memberships())::int[]) and user_id in (
    select u.id from user_with_country u where u.country = (select me.country from user_with_country me where me.id = my_id())));
create policy by_the_lead on suspension for insert to concord_app
  with check (suspended_by = (select my_id()) and operation_id = any ((select my_leaderships())::int[]));
create policy ended on suspension for update to concord_app using (ended_at is null and operation_id = any ((select my_leaderships())::int[]))
  with check (operation_id = any ((select my_leaderships())::int[]));
create policy within_reach on suspension as restrictive to concord_app
  using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]));
grant select, insert, update on suspension to concord_worker;
grant select, insert on suspension to concord_app;
grant update (ended_at) on suspension to concord_app;
grant update (suspended_until) on membership to concord_app;

create or replace function holds_now(m membership) returns boolean language sql stable parallel safe
  -- Whether a membership holds now: it has not ended, and the person is not suspended. It does not ask whether the account is disabled.
  as $$ select (m.ends_at is null or m.ends_at > now()) and (m.suspended_until is null or m.suspended_until <= now()) $$;

create or replace function keys_digests(p_operation int, p_users int[]) returns table (user_id int, digest text)
  language plpgsql volatile security definer set search_path = public
-- What each of these people may open, as a digest, in one round trip: people with the same digest get the same answer. Keys depend
-- on agency, memberships and standing alone, so that one person of each kind is asked for all of them. Afterwards no viewer is set.
as $$ declare v_kind record; v_digest text; begin
  for v_kind in
    select min(k.id) as one, array_agg(k.id) as everyone from (
      select u.id, u.agency_id, (select string_agg(m.operation_id || m.role || (m.standing = 'newcomer'), ',' order by m.operation_id)
        from membership m where m.user_id = u.id and holds_now(m)) as parts
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

create function void_opinions(p_operation int, p_user int) returns table (id uuid, lead_id uuid, locks int[], is_void boolean)
  language sql volatile security definer set search_path = public
  -- The opinions of somebody whose account others used: what is not settled is taken back, what is settled is named. Whoever removes a
  -- member asks, who may hold no key to the leads.
  as $$ with void as (
          update assessment a set undone_at = now()
          where a.operation_id = p_operation and a.examiner_id = p_user and a.settled_at is null and a.undone_at is null
            and p_operation = any (my_administrations()) returning a.id, a.lead_id, a.locks)
        select v.id, v.lead_id, v.locks, true from void v
        union all
        select a.id, a.lead_id, a.locks, false from assessment a
        where a.operation_id = p_operation and a.examiner_id = p_user and a.settled_at is not null and a.undone_at is null
          and p_operation = any (my_administrations()) $$;
revoke execute on function void_opinions from public;
grant execute on function void_opinions to concord_app, concord_worker;
