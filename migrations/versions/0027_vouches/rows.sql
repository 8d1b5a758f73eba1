-- first: one of the first two people of the operation. met: enough members have met them. newcomer: not yet.
alter table membership add column standing text not null default 'newcomer' check (standing in ('first', 'met', 'newcomer')),
  add column invited_by int references app_user;
-- Whoever is a member already was let in under the rules of that time.
update membership set standing = 'first';

create table vouch (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  user_id int not null references app_user,
  voucher_id int not null references app_user,
  how text not null check (how in ('in_person', 'on_a_call')),
  vouched_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  withdrawn_by int references app_user,
  check (user_id <> voucher_id),
  check ((withdrawn_at is null) = (withdrawn_by is null)));
create unique index uq_vouch on vouch (operation_id, user_id, voucher_id) where withdrawn_at is null;
-- The code that a newcomer reads out. One per person; a new one takes the place of the old one.
create table vouch_code (
  operation_id int not null references operation,
  user_id int not null references app_user,
  digest bytea not null,
  expires_at timestamptz not null,
  tries int not null default 0,
  primary key (operation_id, user_id));
