alter table lead add column holder_left text check (holder_left in ('removed', 'suspended', 'disabled', 'newcomer'));
grant select (holder_left) on lead to concord_app;
create index ix_lead_holder on lead (holder_id) where holder_id is not null;

create function forget_who_left() returns trigger language plpgsql security definer set search_path = public as $$
-- Whoever claims the lead next ends what was told of its last holder. While the window is open everybody may: custody ends with it.
begin
  new.holder_left := null;
  if exists (select 1 from operation where id = new.operation_id and state = 'open' and closes_at > now()) then new.custody := null; end if;
  return new;
end $$;
create trigger forget_who_left before update of holder_id on lead for each row
  when (new.holder_id is not null and old.holder_left is not null) execute function forget_who_left();

revoke execute on function forget_who_left from public;

create or replace function event_whom(p_kind text, p_payload jsonb) returns int language sql immutable parallel safe
  -- The person whom an event is about besides its actor: to whom a lead was handed, or whose claim ended.
  as $$ select case when p_kind = 'lead:handed_over' then (p_payload->>'to')::int
               when p_kind in ('lead:taken_over', 'lead:lease_ended', 'lead:freed') then (p_payload->>'holder')::int end $$;
