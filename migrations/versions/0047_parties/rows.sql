-- The version of the terms that is in force. Changes before the first country accepts make no version.
alter table operation add column terms_version int not null default 1 check (terms_version > 0);
grant update (terms_version) on operation to concord_app;
-- joined_version: the version that brought the country in. accepted_version: the version whose countries this country opened its
-- material to when it accepted; it never moves. Who was there before this migration is opened to by everybody, as before.
alter table participation add column joined_version int not null default 1, add column accepted_version int not null default 1;

create table terms_change (                   -- what each version changed
  operation_id int not null references operation,
  version int not null check (version > 1),
  what text not null check (what in ('rule', 'agency')),
  setting text check (setting in ('second_from_other_country', 'shows_band')),
  after int,
  agency_id int references agency,
  jurisdictions text[] not null default '{}',
  competences text[] not null default '{}',
  proposal_id uuid,                           -- null: it held at once
  made_by int not null references app_user,
  in_force_at timestamptz not null default now(),
  primary key (operation_id, version),
  check ((what = 'rule') = (setting is not null) and (what = 'rule') = (after is not null) and (what = 'agency') = (agency_id is not null)));
create table terms_proposal (                 -- what takes effect only when every country that has accepted the terms accepts it
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  what text not null check (what in ('rule', 'agency')),
  setting text check (setting in ('second_from_other_country', 'shows_band')),
  after int,
  agency_id int references agency,
  jurisdictions text[] not null default '{}',
  competences text[] not null default '{}',
  reason text not null check (reason <> ''),
  proposed_by int not null references app_user,
  proposed_at timestamptz not null default now(),
  lapses_at timestamptz not null,
  ended_at timestamptz,
  ended_as text check (ended_as in ('in_force', 'lapsed', 'withdrawn')),
  check ((ended_at is null) = (ended_as is null)),
  check ((what = 'rule') = (setting is not null) and (what = 'rule') = (after is not null) and (what = 'agency') = (agency_id is not null)));
create unique index uq_terms_proposal on terms_proposal (operation_id, what, coalesce(setting, ''), coalesce(agency_id, 0)) where ended_at is null;
alter table terms_change add constraint fk_terms_change_proposal foreign key (proposal_id) references terms_proposal;
create table terms_answer (                   -- the last answer of each country counts
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  proposal_id uuid not null references terms_proposal,
  country text not null,
  is_yes boolean not null,
  reason text,
  answered_by int not null references app_user,
  answered_at timestamptz not null default clock_timestamp(),
  check (is_yes or reason <> ''));
create index ix_terms_answer_proposal on terms_answer (proposal_id, answered_at);
create table opening (                        -- an owner's answer to a country that joined after the owner had accepted
  operation_id int not null references operation,
  owner text not null,
  country text not null,
  is_open boolean not null,
  answered_by int not null references app_user,
  answered_at timestamptz not null default now(),
  primary key (operation_id, owner, country),
  check (owner <> country));

do $$
declare t text;
begin
  foreach t in array array['terms_change', 'terms_proposal', 'terms_answer', 'opening'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy worker_all on %I to concord_worker using (true) with check (true)', t);
    -- The terms are read before they are accepted.
    execute format('create policy members on %I for select to concord_app using (operation_id = any ((select my_memberships())::int[]))', t);
    execute format('create policy within_reach on %I as restrictive to concord_app '
                   'using ((select not exercises_only()) or operation_id = any ((select exercises())::int[]))', t);
    execute format('grant select, insert, update on %I to concord_worker', t);
    execute format('grant select, insert on %I to concord_app', t);
  end loop;
end $$;
create policy in_charge on terms_change for insert to concord_app
  with check (made_by = (select my_id()) and operation_id = any ((select my_administrations())::int[]));
create policy in_charge on terms_proposal for insert to concord_app
  with check (proposed_by = (select my_id()) and operation_id = any ((select my_administrations())::int[]));
create policy ended on terms_proposal for update to concord_app
  using (ended_at is null and operation_id = any ((select my_administrations())::int[]))
  with check (operation_id = any ((select my_administrations())::int[]));
create policy own_country on terms_answer for insert to concord_app
  with check (answered_by = (select my_id()) and operation_id = any ((select my_administrations())::int[])
              and country = (select u.country from user_with_country u where u.id = my_id()));
create policy own_country on opening for insert to concord_app
  with check (answered_by = (select my_id()) and operation_id = any ((select my_administrations())::int[])
              and owner = (select u.country from user_with_country u where u.id = my_id()));
create policy own_country_again on opening for update to concord_app
  using (operation_id = any ((select my_administrations())::int[]) and owner = (select u.country from user_with_country u where u.id = my_id()))
  with check (answered_by = (select my_id()) and owner = (select u.country from user_with_country u where u.id = my_id()));
-- The parties stand in the terms, which are read, and written, before they are accepted.
create policy terms on operation_agency for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
create policy in_charge on operation_agency for insert to concord_app with check (operation_id = any ((select my_administrations())::int[]));
grant update (ended_at, ended_as) on terms_proposal to concord_app;
grant update (is_open, answered_by, answered_at) on opening to concord_app;
