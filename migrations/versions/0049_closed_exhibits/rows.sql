alter table exhibit_change add column ground text check (ground in ('mistake', 'court', 'consent', 'third_party', 'danger'));

create or replace function refuse_rewriting() returns trigger language plpgsql as $$
-- What was recorded stays. Whose keys show a line may change, where its material got another lock: the body, which is hashed, keeps the
-- locks that it was recorded with.
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - 'locks' = to_jsonb(old) - 'locks' then return new; end if;
  end if;
  raise exception 'the record is append-only';
end $$;

create or replace function my_keys_digest(p_operation int) returns text language sql stable security definer parallel safe set search_path = public
  -- A digest of what the viewer may open in this operation, pairs too, and of what is closed to the viewer's country: when it changes, a
  -- client takes a fresh snapshot. It is the same for a session that reaches exercises alone, and for the socket that answers several
  -- sessions at once. Closing an exhibit takes rows out of a lock whose key everybody keeps, so that the number of closings counts too.
  as $$ select md5(p_operation::text || ':' || (select coalesce(array_agg(c.id order by c.id), '{}') from compartment c
          where c.operation_id = p_operation and c.id = any ((select my_keys())::int[]))::text
          || coalesce((select string_agg(':' || p.lead_id || '/' || p.side, '' order by p.lead_id, p.side) from my_pair_sides() p
                       where p.operation_id = p_operation), '')
          || coalesce((select ';' || string_agg(c.id::text, ',' order by c.id) from compartment c
                       where c.operation_id = p_operation and c.id = any ((select my_closed())::int[])), '')
          || coalesce((select '#' || n.value from counter n where n.operation_id = p_operation and n.what = 'closing'), '')) $$;

create function moved_locks(p_locks int[], p_from int, p_to int) returns int[] language sql immutable parallel safe
  as $$ select array(select distinct case when l = p_from then p_to else l end from unnest(p_locks) l order by 1) $$;
revoke execute on function moved_locks from public;
