-- The director leads an exercise and belongs to no country's work: no key, no lead, no record but the acts without their content.
alter table membership drop constraint membership_role_check;
alter table membership add constraint membership_role_check check (role in ('operation_lead', 'country_lead', 'specialist', 'liaison', 'analyst', 'observer', 'administrator', 'recipient', 'director', 'service'));
-- An exercise may let claims run out within seconds; a real operation may not.
alter table operation drop constraint operation_lease_s_check;
alter table operation add constraint operation_lease_s_check check (lease_s <= 86400 and (lease_s >= 60 or is_exercise and lease_s >= 5));

create table exercise (                       -- how an exercise is played; a real operation has no row here
  operation_id int primary key references operation,
  seed int not null,                          -- decides every error of the partners, together with the truth
  scenario text not null check (scenario ~ '^[a-z_]{1,40}$'),
  pace int not null default 20 check (pace in (1, 5, 20, 60)),  -- how much faster than true time partners act and referrals fall due
  is_paused boolean not null default false,
  steps int not null default 0,               -- acts that the director has asked for one by one, each partner once
  line_cut_until timestamptz,                 -- an injection: live updates stop until then
  begun_at timestamptz not null default now(),
  revealed_at timestamptz, revealed_by int references app_user, reveal_reason text,
  constraint ck_exercise_revealed check ((revealed_at is null) = (revealed_by is null))
);
create table exercise_seat (                  -- who plays a member of the exercise now; without a row a person does
  operation_id int not null references exercise,
  user_id int not null references app_user,
  played_by text not null check (played_by in ('person', 'partner')),
  changed_at timestamptz not null default now(),
  primary key (operation_id, user_id)
);
create table exercise_injection (             -- what the director puts into the week, closed to the members until the debrief
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references exercise,
  kind text not null check (kind in ('line_cut', 'wrong_statement', 'returned_referral')),
  asked_by int not null references app_user,
  asked_at timestamptz not null default now(),
  due_at timestamptz not null,
  landed_at timestamptz
);
create index ix_exercise_injection_operation on exercise_injection (operation_id, due_at);

create function my_directions() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The exercises that I direct.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m
        join app_user u on u.id = m.user_id and u.disabled_at is null join exercise e on e.operation_id = m.operation_id
        where m.user_id = my_id() and m.role = 'director' and (m.ends_at is null or m.ends_at > now()) $$;
create function exercise_acts(p_operation int, p_before bigint, p_most int)
  returns table (seq bigint, at timestamptz, kind text, actor_id int, played_by text, lead_id uuid)
  language sql stable security definer set search_path = public
  -- The acts of an exercise without their content, newest first: for its director, who reads no payload.
  as $$ select e.seq, e.at, e.kind, e.actor_id, e.played_by, e.lead_id from event e join app_user u on u.id = e.actor_id
        where e.operation_id = p_operation and p_operation = any (my_directions()) and not u.is_service
          and (p_before is null or e.seq < p_before) order by e.seq desc limit least(p_most, 200) $$;
revoke execute on function my_directions, exercise_acts from public;
grant execute on function my_directions, exercise_acts to concord_app, concord_worker;

alter table exercise enable row level security;
alter table exercise_seat enable row level security;
alter table exercise_injection enable row level security;
create policy worker_all on exercise to concord_worker using (true) with check (true);
create policy worker_all on exercise_seat to concord_worker using (true) with check (true);
create policy worker_all on exercise_injection to concord_worker using (true) with check (true);
-- That somebody is a partner is no secret: it stands wherever the name does.
create policy members on exercise for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy members on exercise_seat for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy director on exercise for update to concord_app using (operation_id = any ((select my_directions())::int[]))
  with check (operation_id = any ((select my_directions())::int[]));
create policy director on exercise_seat to concord_app using (operation_id = any ((select my_directions())::int[]))
  with check (operation_id = any ((select my_directions())::int[]));
-- Whoever signs in takes his own seat from the partner who played it.
create policy own on exercise_seat for update to concord_app using (user_id = (select my_id()))
  with check (user_id = (select my_id()) and played_by = 'person');
create policy director on exercise_injection to concord_app using (operation_id = any ((select my_directions())::int[]))
  with check (operation_id = any ((select my_directions())::int[]));
grant select, insert, update on exercise, exercise_seat, exercise_injection to concord_worker;
grant select on exercise, exercise_seat, exercise_injection to concord_app;
grant update (pace, is_paused, steps, line_cut_until, revealed_at, revealed_by, reveal_reason) on exercise to concord_app;
grant insert, update on exercise_seat to concord_app;
grant insert on exercise_injection to concord_app;
