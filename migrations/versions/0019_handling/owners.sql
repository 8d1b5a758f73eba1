-- Whose hand a referral needs. These look at every copy, hidden ones too, and tell of a hidden owner only that there is one.

create function leaving_copy(p_lead uuid, p_agency int)
  returns table (side int, compartment_id int, country text, handling_code text, exhibit_id uuid, register_entry_id uuid, is_open boolean)
  language sql stable security definer set search_path = public
  -- The copies of what leaves with a referral of this agency: a side that is closed to it stays at home. is_open: the copy is not.
  as $$ select c.side, c.compartment_id, c.country, c.handling_code, c.exhibit_id, c.register_entry_id,
          k.sharing = 'operation' or k.agency_id = p_agency
        from lead_copy c join lead_evidence e on e.lead_id = c.lead_id and e.side = c.side
        join compartment s on s.id = e.compartment_id join compartment k on k.id = c.compartment_id
        where c.lead_id = p_lead and (s.sharing = 'operation' or s.agency_id = p_agency) $$;

create function referral_owner(p_referral uuid) returns table (country text, locks int[])
  language sql stable security definer set search_path = public
  -- The countries without whose hand this referral may not leave, each with the compartments that it is about: of every copy with a
  -- code, of an entry's register always, and of every copy where the operation's own code or TLP forbids passing on.
  as $$ select c.country, array_agg(distinct c.compartment_id)
        from referral r join operation o on o.id = r.operation_id cross join lateral leaving_copy(r.lead_id, r.from_agency_id) c
        where r.id = p_referral and (c.handling_code <> 'H0' or c.register_entry_id is not null
          or o.handling_code in ('H2', 'H3') or o.tlp in ('RED', 'AMBER+STRICT'))
        group by c.country $$;

create function referral_side_code(p_referral uuid) returns table (side int, handling_code text)
  language sql stable security definer set search_path = public
  -- The code with which each side leaves: of the copies that are open to the sender or whose country signed, and at least the
  -- operation's.
  as $$ select c.side, greatest(max(o.handling_code), max(c.handling_code) filter (where c.is_open or c.country =
          (select a.country from app_user u join agency a on a.id = u.agency_id where u.id = r.approved_by)))
        from referral r join operation o on o.id = r.operation_id cross join lateral leaving_copy(r.lead_id, r.from_agency_id) c
        where r.id = p_referral group by c.side $$;

create function hands_missing(p_referral uuid, p_hand text) returns text[]
  language sql stable security definer set search_path = public
  -- The countries whose hand is missing if somebody of the country p_hand signs; '' stands for an owner whom the caller may not know.
  as $$ select coalesce(array_agg(distinct case when w.locks && my_keys() then w.country else '' end), '{}')
        from referral r cross join lateral referral_owner(r.id) w
        where r.id = p_referral and r.locks && my_keys() and w.country not in (r.from_country, p_hand) $$;

create function code_has_risen(p_referral uuid) returns boolean
  language sql stable security definer set search_path = public
  -- Whether the material carries a stricter code now than the package that was built says.
  as $$ select exists (select 1 from referral r cross join lateral referral_side_code(r.id) s
          where r.id = p_referral and r.locks && my_keys() and s.handling_code > r.package_code) $$;

revoke execute on function leaving_copy, referral_owner, referral_side_code, hands_missing, code_has_risen from public;
grant execute on function referral_side_code to concord_worker;
grant execute on function hands_missing, code_has_risen to concord_app, concord_worker;
