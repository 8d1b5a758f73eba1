-- One row per erasing: which row's words, on which basis. The basis is for observers, and for whoever erased.
create table erasure (
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  name text not null,                         -- of the table
  key uuid not null,                          -- of the row whose words are gone
  legal_basis text not null check (legal_basis <> ''),
  erased_by int not null references app_user,
  played_by text not null default my_played_by() check (played_by in ('person', 'partner')),
  erased_at timestamptz not null default now(),
  unique (name, key)
);
create index ix_erasure_operation on erasure (operation_id);
alter table erasure enable row level security;
create policy worker_all on erasure to concord_worker using (true) with check (true);
create policy told on erasure for select to concord_app
  using (erased_by = (select my_id()) or operation_id = any ((select my_audits())::int[]));
grant select on erasure to concord_app, concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('erasure', '{id}', 'operation_id', '{operation_id,name,key,legal_basis,erased_by,played_by,erased_at}', '{}', '{}');
select govern('erasure');

-- Whose words can be erased: of each table the columns with words, a derived one too, and the column of the author.
create table erasable (
  name text primary key,
  words text[] not null,
  author text not null
);
insert into erasable (name, words, author) values
('access_grant', '{reason}', 'asked_by'),
('annotation', '{note}', 'author_id'),
('assessment', '{reason}', 'examiner_id'),
('comment', '{body,find_key}', 'author_id'),
('entry_end', '{reason}', 'ended_by'),
('exhibit_change', '{reason}', 'decided_by'),
('lead_reason', '{reason}', 'author_id');
alter table erasable enable row level security;

-- A write that takes words away; empty outside of that statement.
create table open_erasure (xact bigint primary key);
alter table open_erasure enable row level security;

create or replace function event_reason(p_kind text, p_payload jsonb) returns text language sql stable parallel safe
  -- What a person wrote with an event, as far as the reader sees its row.
  as $$ select case
          when p_kind = 'operation:window_moved'
            then (select w.reason from window_change w where w.id = (p_payload->>'why')::uuid)
          when p_kind in ('entry:closed', 'entry:reopened')
            then (select n.reason from entry_end n where n.id = (p_payload->>'why')::uuid)
          when p_kind like 'exhibit:%'
            then (select x.reason from exhibit_change x where x.id = (p_payload->>'why')::uuid)
          when p_kind = 'words:erased'
            then (select x.legal_basis from erasure x where x.id = (p_payload->>'erasure')::uuid)
          when p_payload ? 'why' then (select r.reason from lead_reason r where r.id = (p_payload->>'why')::uuid)
          when p_kind = 'package:failed'
            then (select r.package_failure from referral r where r.id = (p_payload->>'referral')::uuid) end $$;
