create table material_count (                 -- how much there is of what, in parts: whoever writes adds one, and waits for nobody
  id bigint generated always as identity primary key,
  operation_id int not null references operation,
  compartment_id int not null references compartment,
  subject uuid,                               -- an exhibit or a register; null: the media of exhibits, each content once
  what text not null,
  number int not null
);
create index ix_material_count_operation on material_count (operation_id);
create index ix_material_count_subject on material_count (subject) where subject is not null;
alter table material_count enable row level security;
create policy worker_all on material_count to concord_worker using (true) with check (true);
create policy opened on material_count as restrictive to concord_app using (compartment_id <> all ((select my_closed())::int[]));
create policy keys on material_count for select to concord_app using (compartment_id = any ((select my_keys())::int[]));
revoke all on material_count from concord_app, concord_worker;
grant select on material_count to concord_app, concord_worker;

create function media_figures(p_state text, p_kind text, p_unseen text[], p_faces int, p_sought boolean) returns table (what text, number int)
  language sql immutable parallel safe
  -- What one medium adds to the figures; an archive is looked at in its files. What a list says need not be read is not read in part. `to_sweep` counts with those that were swept.
  as $$ select f.what, f.number from (values (case p_kind when 'archive' then 'archive_' else '' end || p_state, 1),
          ('partly', (p_state = 'read' and p_unseen <> '{}' and p_unseen <> '{known}')::int), ('faces', p_faces), ('with_faces', (p_faces > 0)::int),
          ('to_sweep', (p_state = 'read' and p_kind in ('photo', 'video') and p_sought and not p_unseen @> '{known}')::int)) f(what, number)
        where f.number <> 0 $$;
create function line_figure(p_refusal text, p_state text) returns text language sql immutable parallel safe
  -- What became of a line of an exhibit; `line_none`: nothing, which a report says does not add up.
  as $$ select case when p_refusal is not null then 'line_refused' else 'line_' || coalesce(p_state, 'none') end $$;

create function count_new_media() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select m.operation_id, m.compartment_id, e.register_id, f.what, sum(f.number)
    from new_rows m left join register_entry e on e.id = m.register_entry_id
    cross join lateral media_figures(m.state, m.kind, m.unseen, m.face_count, m.faces_sought) f group by 1, 2, 3, 4;
  return null;
end $$;
create function count_changed_media() returns trigger language plpgsql security definer set search_path = public as $$
-- The lines of a medium follow its state; into another compartment they go by themselves.
begin
  if not exists (select 1 from old_rows o join new_rows n on n.id = o.id
      where (o.state, o.face_count, o.unseen, o.faces_sought, o.compartment_id) is distinct from (n.state, n.face_count, n.unseen, n.faces_sought, n.compartment_id)) then
    return null;
  end if;
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select m.operation_id, m.compartment_id, e.register_id, f.what, sum(m.sign * f.number)
    from (select operation_id, compartment_id, register_entry_id, state, kind, unseen, face_count, faces_sought, -1 as sign from old_rows
          union all select operation_id, compartment_id, register_entry_id, state, kind, unseen, face_count, faces_sought, 1 from new_rows) m
    left join register_entry e on e.id = m.register_entry_id
    cross join lateral media_figures(m.state, m.kind, m.unseen, m.face_count, m.faces_sought) f
    group by 1, 2, 3, 4 having sum(m.sign * f.number) <> 0;
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select r.operation_id, r.compartment_id, r.exhibit_id, line_figure(null, s.state), sum(s.sign)
    from old_rows o join new_rows n on n.id = o.id and n.state <> o.state join received_file r on r.media_item_id = n.id and r.refusal is null
    cross join lateral (values (o.state, -1), (n.state, 1)) s(state, sign)
    group by 1, 2, 3, 4 having sum(s.sign) <> 0;
  return null;
end $$;
create function count_new_lines() returns trigger language plpgsql security definer set search_path = public as $$
-- A medium keeps its state until the line is committed: whoever changes it then sees the line.
begin
  perform 1 from media_item m where m.id in (select media_item_id from new_rows) order by m.id for share;
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select r.operation_id, r.compartment_id, r.exhibit_id, line_figure(r.refusal, m.state), count(*)
    from new_rows r left join media_item m on m.id = r.media_item_id group by 1, 2, 3, 4;
  return null;
end $$;
create function count_changed_lines() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform 1 from media_item m where m.id in (select media_item_id from old_rows union select media_item_id from new_rows) order by m.id for share;
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select r.operation_id, r.compartment_id, r.exhibit_id, line_figure(r.refusal, m.state), sum(r.sign)
    from (select operation_id, compartment_id, exhibit_id, refusal, media_item_id, -1 as sign from old_rows
          union all select operation_id, compartment_id, exhibit_id, refusal, media_item_id, 1 from new_rows) r
    left join media_item m on m.id = r.media_item_id
    group by 1, 2, 3, 4 having sum(r.sign) <> 0;
  return null;
end $$;
create function count_new_entries() returns trigger language plpgsql security definer set search_path = public as $$
-- `double`: an entry whose number stood there already, written otherwise. Only whether there is any is asked.
begin
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select e.operation_id, e.compartment_id, e.register_id, f.what, sum(f.number)
    from new_rows e cross join lateral (values ('entry', 1), ('closed', e.is_closed::int), ('double', exists (
      select 1 from register_entry o where o.register_id = e.register_id and o.number_key = e.number_key and o.id <> e.id)::int)) f(what, number)
    where f.number <> 0 group by 1, 2, 3, 4;
  return null;
end $$;
create function count_changed_entries() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into material_count (operation_id, compartment_id, subject, what, number)
    select e.operation_id, e.compartment_id, e.register_id, f.what, sum(e.sign * f.number)
    from (select operation_id, compartment_id, register_id, is_closed, -1 as sign from old_rows
          union all select operation_id, compartment_id, register_id, is_closed, 1 from new_rows) e
    cross join lateral (values ('entry', 1), ('closed', e.is_closed::int)) f(what, number)
    group by 1, 2, 3, 4 having sum(e.sign * f.number) <> 0
    union all
    select n.operation_id, n.compartment_id, n.register_id, 'double', count(*) from old_rows o join new_rows n on n.id = o.id and n.number_key <> o.number_key
    where exists (select 1 from register_entry e where e.register_id = n.register_id and e.number_key = n.number_key and e.id <> n.id) group by 1, 2, 3;
  return null;
end $$;
create function count_sweeps() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'UPDATE' then
    insert into material_count (operation_id, compartment_id, what, number)
      select s.operation_id, s.compartment_id, f.what, -f.number from (select * from old_rows) s
      cross join lateral (values ('swept', 1), ('swept_partly', (not s.is_whole)::int), ('swept_faces', s.faces), ('swept_bettered', s.bettered)) f(what, number)
      where f.number <> 0;
  end if;
  insert into material_count (operation_id, compartment_id, what, number)
    select s.operation_id, s.compartment_id, f.what, f.number from new_rows s
    cross join lateral (values ('swept', 1), ('swept_partly', (not s.is_whole)::int), ('swept_faces', s.faces), ('swept_bettered', s.bettered)) f(what, number)
    where f.number <> 0;
  return null;
end $$;
create trigger count_new after insert on media_sweep referencing new table as new_rows for each statement execute function count_sweeps();
create trigger count_changed after update on media_sweep referencing old table as old_rows new table as new_rows for each statement execute function count_sweeps();
create trigger count_new after insert on media_item referencing new table as new_rows for each statement execute function count_new_media();
create trigger count_changed after update on media_item referencing old table as old_rows new table as new_rows for each statement execute function count_changed_media();
create trigger count_new after insert on received_file referencing new table as new_rows for each statement execute function count_new_lines();
create trigger count_changed after update on received_file referencing old table as old_rows new table as new_rows for each statement execute function count_changed_lines();
create trigger count_new after insert on register_entry referencing new table as new_rows for each statement execute function count_new_entries();
create trigger count_changed after update on register_entry referencing old table as old_rows new table as new_rows for each statement execute function count_changed_entries();

create function fold_material_counts() returns int language plpgsql security definer set search_path = public as $$
-- Make one part of many, where there are many; whoever reads meanwhile finds the same sums. Answers how many parts there were.
declare v_parts int;
begin
  with gone as (
    delete from material_count where operation_id in (select operation_id from material_count group by operation_id
      having count(*) > 500 + 2 * count(distinct (compartment_id, subject, what)))
    returning operation_id, compartment_id, subject, what, number),
  together as (
    insert into material_count (operation_id, compartment_id, subject, what, number)
    select operation_id, compartment_id, subject, what, sum(number) from gone group by 1, 2, 3, 4 having sum(number) <> 0)
  select count(*) into v_parts from gone;
  return v_parts;
end $$;
revoke execute on function media_figures, line_figure, count_new_media, count_changed_media, count_new_lines, count_changed_lines, count_new_entries,
  count_changed_entries, count_sweeps, fold_material_counts from public;
grant execute on function fold_material_counts to concord_worker;
