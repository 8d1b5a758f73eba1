create function my_leaderships() returns int[] language sql stable security definer parallel safe set search_path = public
  -- The operations that I lead.
  as $$ select coalesce(array_agg(m.operation_id), '{}') from membership m join app_user u on u.id = m.user_id
        where m.user_id = my_id() and u.disabled_at is null and m.role = 'operation_lead'
          and (m.ends_at is null or m.ends_at > now()) $$;
revoke execute on function my_leaderships from public;
grant execute on function my_leaderships to concord_app, concord_worker;
create policy leads on face_search for select to concord_app using (operation_id = any ((select my_leaderships())::int[]));
