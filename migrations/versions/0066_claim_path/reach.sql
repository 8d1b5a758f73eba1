-- Asked for every membership by every function that says what somebody opens: what decides nearly always is asked first, without a
-- function call of its own.
create function is_exercise(p_operation int) returns boolean language sql stable security definer parallel safe set search_path = public
  as $$ select exists (select 1 from operation o where o.id = p_operation and o.is_exercise) $$;
create or replace function reachable(p_operation int) returns boolean language sql stable parallel safe
  as $$ select not exercises_only() or is_exercise(p_operation) $$;
create function opened_to(p_operation int, p_owner text, p_country text) returns boolean language sql stable parallel safe
  as $$ select exists (select 1 from opening x where x.operation_id = p_operation and x.owner = p_owner and x.country = p_country and x.is_open) $$;
create or replace function opens_to(theirs participation, mine participation) returns boolean language sql stable parallel safe
  as $$ select theirs.accepted_version >= mine.joined_version or opened_to(theirs.operation_id, theirs.country, mine.country) $$;
revoke execute on function is_exercise, opened_to from public;
grant execute on function is_exercise, opened_to to concord_app, concord_worker;
