create function root_of_person(p_person uuid) returns uuid language sql stable parallel safe
  as $$ -- The person into which this one was merged in the end, where the caller may see it; `person_root` answers it of all of an operation.
        with recursive step as (
          select p.id, p.merged_into from person p where p.id = p_person
          union all select p.id, p.merged_into from step s join person p on p.id = s.merged_into)
        select id from step where merged_into is null $$;
revoke execute on function root_of_person from public;
grant execute on function root_of_person to concord_app, concord_worker;
