create function passkeys_beside_me() returns setof bytea language sql stable security definer set search_path = public
  -- The credential ids of the other accounts of each operation that I belong or belonged to. A device that holds one of them
  -- refuses to make another passkey (WebAuthn, excludeCredentials). Whoever was removed counts: the opinions stand.
  as $$ select distinct p.id from passkey p
        join app_user u on u.id = p.user_id and u.disabled_at is null
        join membership m on m.user_id = p.user_id
        where p.user_id <> my_id() and m.operation_id in (select mine.operation_id from membership mine where mine.user_id = my_id()) $$;
revoke execute on function passkeys_beside_me from public;
grant execute on function passkeys_beside_me to concord_app, concord_worker;
