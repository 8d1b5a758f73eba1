insert into erasable (name, words, author) values ('comment_version', '{body,find_key}', 'author_id');

create or replace function erase_words(p_operation int, p_table text, p_key uuid, p_basis text) returns text
  language plpgsql volatile security definer set search_path = public as $$
-- Take the words out of a row, and write down who did, on which basis. The trigger seals what stays under a new salt, so that nothing
-- tells of the words any more. Answers what was done: 'erased', 'none' where there is no such row or no words, 'gone' where they are
-- erased already, 'foreign' where the actor is no country lead of the author's country. A comment's words are those of all its wordings.
declare v_words text[]; v_author text; v_country text; v_has boolean; v_other uuid;
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
        and m.operation_id = any (my_administrations())) then
    return 'foreign';
  end if;
  if exists (select 1 from erasure e where e.name = p_table and e.key = p_key) then return 'gone'; end if;
  insert into open_erasure (xact) values (pg_current_xact_id()::text::bigint);
  execute format('update %I r set %s where r.id = $1', p_table,
    (select string_agg(format('%1$I = case when r.%1$I = '''' then '''' else %2$L end', c, case c when 'find_key' then '' else '[…]' end), ', ')
     from unnest(v_words) c)) using p_key;
  delete from open_erasure where xact = pg_current_xact_id()::text::bigint;
  insert into erasure (operation_id, name, key, legal_basis, erased_by) values (p_operation, p_table, p_key, p_basis, my_id());
  if p_table = 'comment' then
    for v_other in select v.id from comment_version v where v.comment_id = p_key loop
      perform erase_words(p_operation, 'comment_version', v_other, p_basis);
    end loop;
  end if;
  return 'erased';
end $$;
