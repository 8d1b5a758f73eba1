-- One row per release of a held referral: asked for with a reason, confirmed by somebody of another country.
create table referral_release (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  referral_id uuid not null references referral,
  reason text not null check (reason <> ''),
  asked_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  asked_at timestamptz not null default now(),
  confirmed_by int references app_user,
  confirmed_played_by text check (confirmed_played_by in ('person', 'partner')),
  confirmed_at timestamptz,
  check (confirmed_by <> asked_by),
  check ((confirmed_by is null) = (confirmed_at is null))
);
create index ix_referral_release on referral_release (referral_id);
alter table referral_release enable row level security;
create policy worker_all on referral_release to concord_worker using (true) with check (true);
-- Whoever sees the referral reads it, its receiver too; only who opens a side of the lead asks or confirms.
create policy parties on referral_release for select to concord_app using (referral_id in (select r.id from referral r));
create policy asked on referral_release for insert to concord_app with check (asked_by = (select my_id()) and confirmed_at is null
  and referral_id in (select r.id from referral r where r.locks && (select my_keys())));
create policy confirmed on referral_release for update to concord_app
  using (confirmed_at is null and referral_id in (select r.id from referral r where r.locks && (select my_keys())))
  with check (confirmed_by = (select my_id()));
grant select, insert on referral_release to concord_app;
grant update (confirmed_by, confirmed_played_by, confirmed_at) on referral_release to concord_app;
grant select on referral_release to concord_worker;

insert into governed (name, key, operation, fixed, once, free) values
('referral_release', '{id}', 'operation_id', '{operation_id,referral_id,reason,asked_by,played_by,asked_at}',
  '{confirmed_by,confirmed_played_by,confirmed_at}', '{}');
select govern('referral_release');

create function broken_kinds(p_lead uuid) returns text[] language sql stable parallel safe security definer set search_path = public
  -- The tables of the rows and events that do not match the record and that this lead rests on, or that concern all leads; none where
  -- nothing holds it back. '' stands for what is not told, since a check keeps the first thousand alone.
  as $$ select coalesce(array_agg(distinct f.name order by f.name), '{}')
        from lead l join record_check c on c.operation_id in (0, l.operation_id) and c.state = 'broken'
        cross join lateral (
          select b->>'table' as name from jsonb_array_elements(c.broken) b where jsonb_typeof(b->'leads') = 'null' or b->'leads' ? l.id::text
          union all select '' where c.faults > jsonb_array_length(c.broken)) f
        where l.id = p_lead and opens(l.locks) $$;

create function release_is_sound(p_release uuid) returns boolean language sql stable parallel safe security definer set search_path = public
  -- Whether the last check found nothing in a release itself: one that somebody wrote past the commands releases nothing.
  as $$ select not exists (
          select 1 from referral_release x join record_check c on c.operation_id = x.operation_id and c.state = 'broken'
          cross join lateral jsonb_array_elements(c.broken) b
          where x.id = p_release and b->>'table' = 'referral_release' and b->>'key' = x.id::text) $$;
revoke execute on function broken_kinds, release_is_sound from public;
grant execute on function broken_kinds to concord_app;
grant execute on function release_is_sound to concord_app, concord_worker;
