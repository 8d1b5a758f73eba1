create function is_of_exercises_alone(p_agency int) returns boolean language sql stable security definer set search_path = public
  -- Whether an agency takes part in no real operation.
  as $$ select not exists (select 1 from operation_agency p join operation o on o.id = p.operation_id
          where p.agency_id = p_agency and not o.is_exercise) $$;
revoke execute on function is_of_exercises_alone from public;
grant execute on function is_of_exercises_alone to concord_app;
-- An agency's key opens what is sent to it in every operation.
create policy within_reach on agency as restrictive for update to concord_app
  using ((select not exercises_only()) or is_of_exercises_alone(id));
