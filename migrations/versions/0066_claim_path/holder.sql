create function try_to_claim(p_lead uuid) returns boolean language sql volatile
  -- Whether nobody else is claiming this lead at this moment; from here to the commit, the caller is.
  as $$ select pg_try_advisory_xact_lock(hashtext('claim'), hashtext(p_lead::text)) $$;

create function who_holds(p_lead uuid) returns table (id int, name text, country text, lease_until timestamptz, played_by text)
  language plpgsql volatile security definer set search_path = public rows 1 as $$
-- Who holds a lead that the caller may see, asked once whoever is claiming it has ended; nobody: no row. The lead is held from here to the
-- commit, so that what is told is still so when it is recorded. All who lost wait together, without the lead's row.
begin
  perform pg_advisory_xact_lock_shared(hashtext('claim'), hashtext(p_lead::text));
  perform 1 from lead l where l.id = p_lead for no key update;
  return query select u.id, u.name, a.country, l.lease_until, played_by(l.operation_id, u.id)
    from lead l join app_user u on u.id = l.holder_id join agency a on a.id = u.agency_id
    where l.id = p_lead and l.lease_until > now() and l.locks && (select my_keys()) and not l.locks && (select my_closed());
end $$;
revoke execute on function try_to_claim, who_holds from public;
grant execute on function try_to_claim, who_holds to concord_app, concord_worker;
