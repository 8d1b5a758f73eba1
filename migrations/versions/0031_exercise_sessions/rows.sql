-- Whether an operation is an exercise is said when it is made, and by nobody later. Whatever column an operation gets, people
-- may change it only where a migration says so.
do $$
begin
  revoke update on operation from concord_app;
  execute (select format('grant update (%s) on operation to concord_app', string_agg(quote_ident(column_name), ', '))
           from information_schema.columns
           where table_schema = 'public' and table_name = 'operation' and column_name not in ('id', 'is_exercise') and is_generated = 'NEVER');
end $$;

-- Whoever removes a member voids the invitation that nobody has taken up yet, unless the person belongs to another operation too.
create function void_invitations_of_removed(p_user int) returns void language sql security definer set search_path = public
  as $$ update invitation i set used_at = now()
        where i.user_id = p_user and i.used_at is null
          and not exists (select 1 from membership m where m.user_id = p_user and (m.ends_at is null or m.ends_at > now()))
          and not exists (select 1 from app_user u where u.id = p_user and u.is_house_admin)
          and exists (select 1 from membership m where m.user_id = p_user and m.operation_id = any (my_administrations())) $$;
revoke execute on function void_invitations_of_removed from public;
grant execute on function void_invitations_of_removed to concord_app, concord_worker;
