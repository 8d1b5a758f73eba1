alter table record_check drop constraint record_check_state_check;
alter table record_check add constraint record_check_state_check check (state in ('intact', 'settled', 'broken'));
-- [{table, key, what, reason, seen_by, confirmed_by}]: what differs and two people have settled.
alter table record_check add column settled jsonb not null default '[]';
alter table record_check add column asked_at timestamptz;  -- when somebody asked for a check that has not begun yet

create function ask_verification(p_operation int) returns boolean language sql volatile security definer set search_path = public
  -- Whether the caller's wish for a check was noted: one waits at a time, and the workers' housekeeping has it done.
  as $$ with noted as (
          update record_check k set asked_at = now() where k.operation_id = p_operation and k.asked_at is null
            and p_operation = any (my_memberships()) returning 1)
        select exists (select 1 from noted) $$;
revoke execute on function ask_verification from public;
grant execute on function ask_verification to concord_app;
