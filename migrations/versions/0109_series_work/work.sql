create table series_column (                  -- a column of triage that an operation has of its own
  id uuid primary key default gen_random_uuid(),
  operation_id int not null references operation,
  name text not null check (name <> ''),
  added_by int not null references app_user,
  added_at timestamptz not null default now(),
  removed_at timestamptz
);
create index ix_series_column_operation on series_column (operation_id);
alter table series_column enable row level security;
create policy worker_all on series_column to concord_worker using (true) with check (true);
create policy operation on series_column for select to concord_app using (operation_id = any ((select my_operations())::int[]));
create policy own on series_column for insert to concord_app
  with check (added_by = (select my_id()) and removed_at is null and exists (
    select 1 from membership m where m.operation_id = series_column.operation_id and m.user_id = (select my_id()) and m.role = 'operation_lead'));
create policy removed on series_column for update to concord_app
  using (removed_at is null and exists (
    select 1 from membership m where m.operation_id = series_column.operation_id and m.user_id = (select my_id()) and m.role = 'operation_lead'))
  with check (removed_at is not null);
grant select, insert on series_column to concord_app;
grant update (removed_at) on series_column to concord_app;
grant select, insert, update on series_column to concord_worker;
insert into governed (name, key, operation, fixed, once, free) values
('series_column', '{id}', 'operation_id', '{operation_id,name,added_by,added_at}', '{removed_at}', '{}');
select govern('series_column');

-- In work is what somebody holds; otherwise a series stands where it was put last. own: in the column of `column_id`.
alter table series
  add column triage text not null default 'to_do' check (triage in ('to_do', 'done', 'left_over', 'own')),
  add column column_id uuid references series_column,
  add column priority smallint not null default 2 check (priority between 1 and 3),
  add column recency text check (recency in ('recent', 'cold')),
  add column holder_id int references app_user,
  add column holder_agency_id int references agency,
  add column lease_until timestamptz,
  add column claim_token bigint not null default 0,
  add constraint ck_series_column check ((triage = 'own') = (column_id is not null)),
  add constraint ck_series_holder check ((holder_id is null) = (lease_until is null) and (holder_id is null) = (holder_agency_id is null));
create index ix_series_operation on series (operation_id, priority, number);
create index ix_series_holder on series (lease_until) where holder_id is not null;
create index ix_person_series on person (series_id) where series_id is not null;
grant update (triage, column_id, priority, recency, holder_id, holder_agency_id, lease_until, claim_token) on series to concord_app;
-- A series is named anew: what was said before stands in its words.
update governed set fixed = '{operation_id,number,was_prepared,created_at}', free = '{compartment_id,label,external_reference}' where name = 'series';
select govern('series');
create index ix_event_series on event (operation_id, (payload ->> 'series'), seq) where payload ? 'series';

create function name_series(p_series uuid, p_label text, p_reference text) returns void
  language plpgsql volatile security definer set search_path = public as $$
-- Name a series of the own material, or say its number elsewhere: what is null stays, an empty number goes away.
begin
  update series s set label = coalesce(p_label, s.label),
    external_reference = case when p_reference is null then s.external_reference else nullif(p_reference, '') end
  where s.id = p_series and own_material(s.compartment_id);
  if not found then raise exception 'not a series of the own material'; end if;
end $$;

create function may_hold_series(p_series uuid, p_user int) returns boolean
  language plpgsql volatile security definer set search_path = public as $$
-- Whether a series that the caller sees opens for another person too; asked before it is handed over.
declare v_lock int; v_me text := current_setting('app.user_id', true); v_opens boolean;
begin
  select s.compartment_id into v_lock from series s where s.id = p_series and s.compartment_id = any (my_keys()) and s.compartment_id <> all (my_closed());
  if not found then return false; end if;
  perform set_config('app.user_id', p_user::text, true);
  v_opens := v_lock = any (my_keys()) and v_lock <> all (my_closed());
  perform set_config('app.user_id', v_me, true);
  return v_opens;
end $$;
revoke execute on function name_series, may_hold_series from public;
grant execute on function name_series, may_hold_series to concord_app;

create or replace function event_whom(p_kind text, p_payload jsonb) returns int language sql immutable parallel safe
  -- The person whom an event is about besides its actor: to whom a lead or a series was handed, or whose claim ended.
  as $$ select case when p_kind in ('lead:handed_over', 'series:handed_over') then (p_payload->>'to')::int
               when p_kind in ('lead:taken_over', 'lead:lease_ended', 'lead:freed', 'series:taken_over', 'series:lease_ended')
                 then (p_payload->>'holder')::int end $$;
