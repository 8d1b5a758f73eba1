create table qualification (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  competence text not null check (competence in ('facial_comparison', 'other_traces')),
  title text not null,                        -- of the training
  issuer text not null,
  valid_from date not null,                   -- days of the operation's time zone, both included
  valid_until date not null,
  recorded_by int not null references app_user,
  recorded_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by int references app_user,
  check (valid_from <= valid_until),
  check (user_id <> recorded_by),
  check ((ended_at is null) = (ended_by is null)));
create index ix_qualification_user on qualification (operation_id, user_id);

create function keeps_qualifications(p_operation int, p_user int) returns boolean language sql stable security definer set search_path = public
  -- Whether I keep this person's qualifications: as a country lead of the person's country, or as operation lead those of a country
  -- lead. Nobody keeps their own, and no newcomer keeps any.
  as $$ select p_user <> my_id() and exists (
          select 1 from membership me join app_user i on i.id = me.user_id join agency mine on mine.id = i.agency_id
          join membership m on m.operation_id = me.operation_id and m.user_id = p_user
          join app_user u on u.id = m.user_id join agency a on a.id = u.agency_id
          where me.operation_id = p_operation and me.user_id = my_id() and i.disabled_at is null and me.standing <> 'newcomer'
            and holds_now(me) and (m.ends_at is null or m.ends_at > now())
            and (me.role in ('operation_lead', 'country_lead'))
            and (case me.role when 'country_lead' then a.country = mine.country else m.role = 'country_lead' end)) $$;
revoke execute on function keeps_qualifications from public;
grant execute on function keeps_qualifications to concord_app, concord_worker;

alter table qualification enable row level security;
create policy worker_all on qualification to concord_worker using (true) with check (true);
create policy members on qualification for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy keepers on qualification for insert to concord_app
  with check (recorded_by = (select my_id()) and ended_at is null and keeps_qualifications(operation_id, user_id));
create policy ended on qualification for update to concord_app
  using (ended_at is null and keeps_qualifications(operation_id, user_id)) with check (ended_by = (select my_id()));
create policy within_reach on qualification as restrictive to concord_app
  using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]));
grant select, insert on qualification to concord_app, concord_worker;
grant update (ended_at, ended_by) on qualification to concord_app, concord_worker;

-- An exercise goes on: its examiners are recorded by the installation. A real operation's are recorded by people.
insert into qualification (operation_id, user_id, competence, title, issuer, valid_from, valid_until, recorded_by)
select m.operation_id, m.user_id, 'facial_comparison', 'Exercise', 'Exercise', o.opens_at::date - 1, o.closes_at::date + 365,
  (select min(id) from app_user where is_service)
from membership m join operation o on o.id = m.operation_id
where o.is_exercise and m.role in ('country_lead', 'specialist', 'analyst') and exists (select 1 from app_user where is_service);

drop view active_membership;
alter table membership drop column training;
create view active_membership with (security_invoker = true) as
  -- Who is a member now: the membership has not ended and the account is not disabled.
  select m.operation_id, m.user_id, m.role
  from membership m join app_user u on u.id = m.user_id
  where (m.ends_at is null or m.ends_at > now()) and u.disabled_at is null;
grant select on active_membership to concord_app, concord_worker;
