-- A text without a type is none: it stays readable in the referral's message.
update referral set message = concat_ws(E'\n', nullif(message, ''), corroboration);
alter table referral drop column corroboration;
alter table referral add column corroboration jsonb not null default '[]';  -- as they stood at drafting: id, type, reference, dated_on, speaks

create function corroboration_holds(p_referral uuid) returns boolean language sql stable security definer set search_path = public
  -- Whether all that this referral was drafted with still stands, and something of it speaks for the lead. Who asks sees the referral.
  as $$ select exists (select 1 from jsonb_array_elements(r.corroboration) c where c->>'speaks' = 'for')
          and not exists (select 1 from jsonb_array_elements(r.corroboration) c
                          where not exists (select 1 from corroboration s where s.id = (c->>'id')::uuid and s.withdrawn_at is null))
        from referral r where r.id = p_referral
          and (r.locks && my_keys() or r.from_agency_id = my_agency() or r.to_agency_id = my_agency()) $$;
revoke execute on function corroboration_holds from public;
grant execute on function corroboration_holds to concord_app, concord_worker;
