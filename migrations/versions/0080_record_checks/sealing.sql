drop function seal_all(text);
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
revoke execute on function seal_all from public;
