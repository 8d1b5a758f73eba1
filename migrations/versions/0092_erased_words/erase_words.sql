create or replace function refuse_change_of_kept() returns trigger language plpgsql security definer set search_path = public as $$
-- What was said stays as it was said: the application's own roles change no column that is fixed, and none that is set once twice. What
-- erase_words takes away, it alone takes away.
begin
  if session_user in ('concord_app', 'concord_worker')
      and not exists (select 1 from open_erasure o where o.xact = pg_current_xact_id()::text::bigint) then
    raise exception 'A row of % is settled: it is never changed.', tg_table_name;
  end if;
  return new;
end $$;

create function erase_words(p_operation int, p_table text, p_key uuid, p_basis text) returns text
  language plpgsql volatile security definer set search_path = public as $$
-- Take the words out of a row, and write down who did, on which basis. The trigger seals what stays under a new salt, so that nothing
-- tells of the words any more. Answers what was done: 'erased', 'none' where there is no such row or no words, 'gone' where they are
-- erased already, 'foreign' where the actor is no country lead of the author's country.
declare v_words text[]; v_author text; v_country text; v_has boolean;
begin
  select e.words, e.author into v_words, v_author from erasable e where e.name = p_table;
  if not found then return 'none'; end if;
  execute format('select u.country, %s from %I r join user_with_country u on u.id = r.%I where r.id = $1 and r.operation_id = $2 for update of r',
    (select string_agg(format('coalesce(r.%I, '''') <> ''''', c), ' or ') from unnest(v_words) c), p_table, v_author)
    into v_country, v_has using p_key, p_operation;
  if v_country is null or not v_has then return 'none'; end if;
  if not exists (
      select 1 from membership m join user_with_country u on u.id = m.user_id
      where m.operation_id = p_operation and m.user_id = my_id() and m.role = 'country_lead' and u.country = v_country
        and (m.ends_at is null or m.ends_at > now())) then
    return 'foreign';
  end if;
  if exists (select 1 from erasure e where e.name = p_table and e.key = p_key) then return 'gone'; end if;
  insert into open_erasure (xact) values (pg_current_xact_id()::text::bigint);
  execute format('update %I r set %s where r.id = $1', p_table,
    (select string_agg(format('%1$I = case when r.%1$I = '''' then '''' else %2$L end', c, case c when 'find_key' then '' else '[…]' end), ', ')
     from unnest(v_words) c)) using p_key;
  delete from open_erasure where xact = pg_current_xact_id()::text::bigint;
  insert into erasure (operation_id, name, key, legal_basis, erased_by) values (p_operation, p_table, p_key, p_basis, my_id());
  return 'erased';
end $$;
revoke execute on function erase_words from public;
grant execute on function erase_words to concord_app;
