create function newcomers_opinions(p_operation int) returns table (id uuid, lead_id uuid, locks int[])
  language sql stable security definer set search_path = public
  -- The opinions that stand of whoever is a newcomer in an operation, and was none when they were signed. Whoever withdraws a vouch
  -- asks, who may hold no key to the leads; none of their content is answered.
  as $$ select a.id, a.lead_id, a.locks
        from assessment a join membership m on m.operation_id = a.operation_id and m.user_id = a.examiner_id
        where a.operation_id = p_operation and m.standing = 'newcomer' and a.undone_at is null and p_operation = any (my_operations())
          and not exists (
            select 1 from event e where e.lead_id = a.lead_id and e.kind = 'assessment:unvouched'
              and e.payload ->> 'assessment' = a.id::text) order by a.signed_at, a.id $$;
revoke execute on function newcomers_opinions from public;
grant execute on function newcomers_opinions to concord_app, concord_worker;
