create function release_counts(p_release uuid) returns boolean language sql stable security definer set search_path = public
  -- Whether a release counts: the last check found nothing in it, and its two people are independent by the vouches that stand now; one that
  -- nobody has confirmed, while whoever asked could ask now. What has left with it stands.
  as $$ select release_is_sound(x.id) and case
          when r.state <> 'drafted' then true
          when x.confirmed_by is null then part_ended(x.operation_id, x.asked_by, array['country_lead', 'liaison']) is null
          else are_independent(x.operation_id, x.asked_by, x.confirmed_by) end
        from referral_release x join referral r on r.id = x.referral_id where x.id = p_release $$;
revoke execute on function release_counts from public;
grant execute on function release_counts to concord_app, concord_worker;
