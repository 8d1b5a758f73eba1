-- Every event so far is of version 1: it may hold a reason in words, and a chained row cannot be rewritten.
do $$
declare v_name text;
begin
  select o.code_name into v_name from operation o where not o.is_exercise and exists (select 1 from event e where e.operation_id = o.id)
  order by o.id limit 1;
  if found then
    raise exception 'Operation % was recorded by an earlier version of Concord, whose record holds reasons in words and cannot be changed. Go on with that version, or start with a new database; nothing was changed.', v_name;
  end if;
end $$;
