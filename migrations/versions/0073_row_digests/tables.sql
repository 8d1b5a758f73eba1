-- Which tables are governed: what the record binds of each row. `govern` makes the triggers of a table out of its line.
create table governed (
  name text primary key,
  key text[] not null,                        -- the columns that name a row
  operation text not null,                    -- the column of the chain that its events stand in; none: the installation's chain
  fixed text[] not null,                      -- never change
  once text[] not null,                       -- are set once
  free text[] not null                        -- change by acts
);

-- The seal of each governed row as it stands: SHA-256(salt || the named columns as JSON, in the order of their names).
create table row_seal (
  name text not null,                         -- of the table
  key text not null,                          -- the key's columns, joined by a blank
  operation_id int not null,
  act bigint not null,                        -- the write that sealed it last
  salt bytea,                                 -- 32 random bytes, new with each act; none: the row's content was erased
  digest bytea not null,
  marks bigint[] not null,                    -- a hash of each column, to say which one differs; proves nothing
  differed boolean not null,                  -- the row did not match its seal when the act changed it
  primary key (name, key)
);
create index ix_row_seal_act on row_seal (act);

-- A write that has changed governed rows and has recorded no event yet; empty outside of writes.
create table open_act (
  xact bigint not null,
  operation_id int not null,
  act bigint generated always as identity,
  primary key (xact, operation_id)
);

-- The rows of an event that holds too many to name: one line per row, whose Merkle root the event's body holds.
create table event_rows (
  operation_id int not null,
  seq bigint not null,
  lines text not null,
  primary key (operation_id, seq)
);

-- The last event that did not follow when somebody appended to it; the housekeeping then has all of the chain verified.
alter table chain add column doubted_seq bigint;

alter table governed enable row level security;
alter table row_seal enable row level security;
alter table open_act enable row level security;
alter table event_rows enable row level security;
create policy worker_reads on row_seal for select to concord_worker using (true);
create policy worker_reads on event_rows for select to concord_worker using (true);
create policy worker_reads on governed for select to concord_worker using (true);
grant select on governed, row_seal, event_rows to concord_worker;

create function act_of(p_operation int) returns bigint language sql volatile security definer set search_path = public
  -- This write's number in an operation's chain, which says that an event is owed.
  as $$ insert into open_act (xact, operation_id) values (pg_current_xact_id()::text::bigint, p_operation)
        on conflict (xact, operation_id) do update set operation_id = excluded.operation_id returning act $$;

create function refuse_unrecorded() returns trigger language plpgsql security definer set search_path = public as $$
-- With the commit: what was governed and changed stands in an event, or nothing happens.
begin
  if exists (select 1 from open_act a where a.xact = new.xact and a.operation_id = new.operation_id) then
    raise exception 'A change of % has no event in the record.',
      (select string_agg(distinct name, ', ' order by name) from row_seal where act = new.act);
  end if;
  return null;
end $$;
create constraint trigger act_is_recorded after insert on open_act deferrable initially deferred
  for each row execute function refuse_unrecorded();

create function refuse_change_of_kept() returns trigger language plpgsql security definer set search_path = public as $$
-- What was said stays as it was said: the application's own roles change no column that is fixed, and none that is set once twice.
begin
  if session_user in ('concord_app', 'concord_worker') then
    raise exception 'A row of % is settled: it is never changed.', tg_table_name;
  end if;
  return new;
end $$;

create function new_salt() returns bytea language sql volatile parallel safe set search_path = public
  -- 32 random bytes: a UUID of version 4 has 122 random bits, out of the server's strong generator.
  as $$ select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) $$;

create function merkle_root(p_lines text[]) returns bytea language plpgsql immutable set search_path = public as $$
-- The root of RFC 6962 over lines of text in this order; none: SHA-256 of nothing.
declare v_level bytea[] := array(select sha256('\x00'::bytea || convert_to(l, 'UTF8')) from unnest(p_lines) with ordinality u(l, n) order by n);
begin
  if cardinality(v_level) = 0 then return sha256(''); end if;
  while cardinality(v_level) > 1 loop
    v_level := array(
      select case when p.other is null then p.one else sha256('\x01'::bytea || p.one || p.other) end
      from (select u.one, lead(u.one) over (order by u.n) as other, u.n from unnest(v_level) with ordinality u(one, n)) p
      where p.n % 2 = 1 order by p.n);
  end loop;
  return v_level[1];
end $$;

revoke execute on function act_of, refuse_unrecorded, refuse_change_of_kept, new_salt, merkle_root from public;
