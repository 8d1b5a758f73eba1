create table signed_head (
  operation_id int not null references chain,
  seq bigint not null,
  hash bytea not null check (length(hash) = 32),      -- of that event
  note text not null,                                 -- the checkpoint note with its signature
  verifier text not null,                             -- the public key at that time, as signed notes write it
  signed_at timestamptz not null default now(),
  primary key (operation_id, seq)
);
create trigger signed_head_never_emptied before truncate on signed_head for each statement execute function refuse_rewriting();
create trigger signed_head_append_only before update or delete on signed_head for each row execute function refuse_rewriting();
alter table signed_head enable row level security;
create policy worker_all on signed_head to concord_worker using (true) with check (true);
create policy members on signed_head for select to concord_app using (operation_id = any ((select my_memberships())::int[]));
grant select on signed_head to concord_app;
grant select, insert on signed_head to concord_worker;
