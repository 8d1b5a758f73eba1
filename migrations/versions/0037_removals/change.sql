create table removal (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  reason text not null check (reason <> ''),
  proposed_by int not null references app_user,
  proposed_at timestamptz not null default now(),
  confirmed_by int references app_user,
  confirmed_at timestamptz,
  check (proposed_by <> user_id and confirmed_by <> user_id and confirmed_by <> proposed_by),
  check ((confirmed_by is null) = (confirmed_at is null)));
create index ix_removal_member on removal (operation_id, user_id);
alter table removal enable row level security;
create policy worker_all on removal to concord_worker using (true) with check (true);
create policy who_it_concerns on removal for select to concord_app using (
  operation_id = any ((select my_administrations())::int[]) or operation_id = any ((select my_audits())::int[])
  or operation_id = any ((select my_memberships())::int[]) and user_id in (
    select u.id from user_with_country u where u.country = (select me.country from user_with_country me where me.id = my_id())));
create policy in_charge on removal for insert to concord_app
  with check (proposed_by = (select my_id()) and operation_id = any ((select my_administrations())::int[]));
create policy confirmed on removal for update to concord_app
  using (confirmed_at is null and operation_id = any ((select my_administrations())::int[])) with check (confirmed_by = (select my_id()));
grant select, insert, update on removal to concord_worker;
grant select, insert on removal to concord_app;
grant update (confirmed_by, confirmed_at) on removal to concord_app;
