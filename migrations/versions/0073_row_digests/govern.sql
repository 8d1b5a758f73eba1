create function listed(p_columns text[], p_pattern text, p_between text default ', ') returns text language sql immutable set search_path = public
  -- Each column in a pattern, in the order of the columns' names: %1$I is the name, %1$L the name as a text.
  as $$ select string_agg(format(p_pattern, c), p_between order by c collate "C") from unnest(p_columns) c $$;

create function govern(p_table text) returns void language plpgsql set search_path = public as $$
-- Make the triggers of a governed table anew out of its line in `governed`. For migrations.
declare
  g governed; v_all text[]; v_made text; v_changed text;
  v_sealing text := $t$
create or replace function {function}() returns trigger language plpgsql security definer set search_path = public
  -- Dates, bytes and numbers are written in one way, whatever the session says.
  set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 as $f$
begin
  if session_user not in ('concord_app', 'concord_worker') then return null; end if;
  perform act_of(c.chain) from (select distinct {chain} as chain from {rows}) c;
  insert into row_seal as s (name, key, operation_id, act, salt, digest, marks, differed)
  select '{name}', f.key, f.chain, a.act, f.salt, sha256(f.salt || convert_to(f.form, 'UTF8')), f.marks, f.differed
  from (select {key} as key, {chain} as chain, {form} as form, array[{marks}] as marks, new_salt() as salt, {differed} as differed
        from {rows} offset 0) f
  join open_act a on a.xact = pg_current_xact_id()::text::bigint and a.operation_id = f.chain
  on conflict (name, key) do update set operation_id = excluded.operation_id, act = excluded.act, salt = excluded.salt,
    digest = excluded.digest, marks = excluded.marks, differed = {differed_before};
  return null;
end $f$ $t$;
begin
  select * into strict g from governed where name = p_table;
  v_all := g.key || g.fixed || g.once || g.free;
  v_sealing := replace(replace(replace(replace(replace(v_sealing, '{name}', g.name),
    '{chain}', case g.operation when '' then '0' else format('r.%I', g.operation) end),
    '{key}', (select string_agg(format('r.%I::text', c), ' || '' '' || ' order by n) from unnest(g.key) with ordinality k(c, n))),
    '{form}', 'json_build_object(' || listed(v_all, '%1$L, r.%1$I') || ')::text'),
    '{marks}', listed(v_all, 'coalesce(hashtextextended(r.%1$I::text, 0), 0)'));
  -- A new row whose seal is there already: the one before it was taken away outside of Concord.
  v_made := replace(replace(replace(replace(v_sealing, '{function}', 'seal_new_' || g.name), '{rows}', 'new_rows r'),
    '{differed}', 'false'), '{differed_before}', 'true');
  -- What an act changes must match its seal before the act: else the act would seal what somebody else had changed.
  v_changed := replace(replace(replace(replace(v_sealing, '{function}', 'seal_changed_' || g.name),
    '{rows}', format('new_rows r join old_rows o on %s where row(%s) is distinct from row(%s)',
      listed(g.key, 'o.%1$I = r.%1$I', ' and '), listed(v_all, 'r.%1$I'), listed(v_all, 'o.%1$I'))),
    '{differed}', format('not coalesce((select w.digest = sha256(w.salt || convert_to(json_build_object(%s)::text, ''UTF8'')) '
      'from row_seal w where w.name = %L and w.key = %s), false)', listed(v_all, '%1$L, o.%1$I'), g.name,
      (select string_agg(format('o.%I::text', c), ' || '' '' || ' order by n) from unnest(g.key) with ordinality k(c, n)))),
    '{differed_before}', 'excluded.differed or (s.act = excluded.act and s.differed)');
  execute v_made;
  execute v_changed;
  execute format('revoke execute on function %I, %I from public', 'seal_new_' || g.name, 'seal_changed_' || g.name);
  execute format('create or replace trigger seal_new after insert on %I referencing new table as new_rows for each statement '
    'execute function %I()', g.name, 'seal_new_' || g.name);
  execute format('create or replace trigger seal_changed after update on %I referencing old table as old_rows new table as new_rows '
    'for each statement execute function %I()', g.name, 'seal_changed_' || g.name);
  execute format('create or replace trigger keep_settled before update on %I for each row when (%s) execute function refuse_change_of_kept()',
    g.name, concat_ws(' or ', listed(g.key || g.fixed, 'old.%1$I is distinct from new.%1$I', ' or '),
      listed(g.once, '(old.%1$I is not null and old.%1$I is distinct from new.%1$I)', ' or ')));
end $$;

create function seal_all(p_table text, p_operation int default null) returns void language plpgsql set search_path = public
-- Seal every row of a governed table, or those of one chain, as they stand, in this write's acts. For migrations: `bind_all` then
-- records them.
set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare g governed; v_all text[]; v_chain text;
begin
  select * into strict g from governed where name = p_table;
  v_all := g.key || g.fixed || g.once || g.free;
  v_chain := case g.operation when '' then '0' else format('r.%I', g.operation) end;
  execute format('select act_of(c.chain) from (select distinct %s as chain from %I r) c where $1 is null or c.chain = $1', v_chain, g.name)
    using p_operation;
  execute format(
    'insert into row_seal (name, key, operation_id, act, salt, digest, marks, differed) '
    'select %L, f.key, f.chain, a.act, f.salt, sha256(f.salt || convert_to(f.form, ''UTF8'')), f.marks, false '
    'from (select %s as key, %s as chain, json_build_object(%s)::text as form, array[%s] as marks, new_salt() as salt from %I r '
    'where $1 is null or %s = $1 offset 0) f '
    'join open_act a on a.xact = pg_current_xact_id()::text::bigint and a.operation_id = f.chain '
    'on conflict (name, key) do update set operation_id = excluded.operation_id, act = excluded.act, salt = excluded.salt, '
    'digest = excluded.digest, marks = excluded.marks, differed = false',
    g.name, (select string_agg(format('r.%I::text', c), ' || '' '' || ' order by n) from unnest(g.key) with ordinality k(c, n)), v_chain,
    listed(v_all, '%1$L, r.%1$I'), listed(v_all, 'coalesce(hashtextextended(r.%1$I::text, 0), 0)'), g.name, v_chain) using p_operation;
end $$;
revoke execute on function listed, govern, seal_all from public;
